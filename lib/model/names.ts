import { FieldProblem, ValidationError } from './errors';
import { text } from './fields';
import { show } from './show';

/**
 * Names go into file names, Terraform addresses, shell arguments and xl's own grammar. Each alphabet here is the
 * largest one that is plain text in all of them, so an allowed name never needs escaping.
 */

/** The Lan's name is part of the key of every MAC address on it. */
export function lanName(value: unknown): string {
  return text(
    'name',
    value,
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'up to 63 letters, digits, dots, underscores and hyphens, starting with a letter or digit',
  );
}

/** A host's short name: the `Host` of its ssh_config and the first part of its Terraform addresses. */
export function hostName(value: unknown): string {
  return text(
    'name',
    value,
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'up to 63 lower-case letters, digits and inner hyphens, as in "xen01"',
  );
}

/** A stack's id: the folder that holds the trees of its hosts, and a word in the lists that name it. */
export function stackName(subject: string, id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id)) {
    throw new ValidationError(subject, [
      `its stack's id must be up to 100 letters, digits, dots, underscores and hyphens, starting with a letter or digit, got ${show(id)}`,
    ]);
  }
  return id;
}

/** A fully qualified or short DNS name, for HOSTNAME. */
export function dnsName(field: string, value: unknown): string {
  const name = text(
    field,
    value,
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    'a DNS name as in "xen01.example.org"',
  );
  if (name.length > 64) {
    throw new FieldProblem(`${field} must be at most 64 characters, the kernel's limit, got ${show(name)}`);
  }
  return name;
}

/** Files that Xen itself keeps in /etc/xen. A guest's configuration has the guest's name there. */
const TAKEN_IN_ETC_XEN = [
  'README',
  'README.incompatibilities',
  'auto',
  'cpupool',
  'images',
  'oxenstored.conf',
  'qemu-ifup',
  'scripts',
  'vm',
  'xend-config.sxp',
  'xend-pci-permissive.sxp',
  'xend-pci-quirks.sxp',
  'xl.conf',
  'xlexample.hvm',
  'xlexample.pvlinux',
  'xm-config.xml',
  'xmexample.hvm',
  'xmexample1',
];

/** A guest's name: what `xl list` shows, and the name of its file in /etc/xen. */
export function guestName(value: unknown): string {
  const name = text(
    'name',
    value,
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'up to 63 letters, digits, dots, underscores and hyphens, starting with a letter or digit',
  );
  if (/^[0-9]+$/.test(name)) {
    throw new FieldProblem(`name must not be a bare number, which xl takes for a domain id, got ${show(name)}`);
  }
  if (name.toLowerCase() === 'domain-0')
    throw new FieldProblem(`name ${show(name)} belongs to dom0 itself; choose another name`);
  if (TAKEN_IN_ETC_XEN.includes(name)) {
    throw new FieldProblem(`name ${show(name)} is one of Xen's own files in /etc/xen; choose another name`);
  }
  return name;
}

// init.d/network passes over every file that begins with ifcfg-lo, so no other name may begin with lo.
const NOT_A_BRIDGE = /^(eth|em|peth|bond|vlan|vif|tap|tun|lo|ppp|ippp|isdn|sit|dummy|virbr)/;
const NOT_A_NIC = /^(peth|bond|vlan|vif|tap|tun|lo|ppp|ippp|isdn|sit|dummy|virbr|xenbr)/;

function device(field: string, value: unknown, example: string): string {
  return text(
    field,
    value,
    /^[a-z][a-z0-9_-]{0,14}$/,
    `a device name of at most 15 lower-case letters, digits, underscores and hyphens, as in "${example}"`,
  );
}

/**
 * A bridge's device name. Refuses names that initscripts or Xen read as another kind of device (`vlan5`, `vif1.0`, any
 * name with a dot or colon), and `-range` files, which initscripts skip.
 */
export function bridgeName(value: unknown, field = 'name'): string {
  const name = device(field, value, 'xenbr0');
  if (NOT_A_BRIDGE.test(name) || name.includes('-range')) {
    throw new FieldProblem(
      `${field} ${show(name)} means another kind of device to initscripts or Xen; call the bridge "xenbr0" or the like`,
    );
  }
  return name;
}

/** A physical network interface's device name. */
export function nicName(field: string, value: unknown): string {
  const name = device(field, value, 'eth0');
  if (NOT_A_NIC.test(name) || name.includes('-range')) {
    throw new FieldProblem(`${field} must be a physical interface, as in "eth0"; ${show(name)} is another kind`);
  }
  return name;
}

/** lvm(8): letters, digits and + _ . -, not beginning with a hyphen. */
export function lvmName(field: string, value: unknown): string {
  return text(
    field,
    value,
    /^(?!\.{1,2}$)[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,126}$/,
    'a name as lvm has it: letters, digits and + _ . -',
  );
}
