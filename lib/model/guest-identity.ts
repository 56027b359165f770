import type { Addressing } from './addressing';
import type { DiskModel } from './disk';
import { Checklist } from './errors';
import { integer, oneOf, whenOmitted } from './fields';
import type { MacAddress } from './mac-address';
import { dnsName, lvmName } from './names';
import { show } from './show';

/** Systems whose network files are known. */
export const GUEST_SYSTEMS = ['el5', 'el6'] as const;
export type GuestSystem = (typeof GUEST_SYSTEMS)[number];

/** The place of the guest's root filesystem on a disk. */
export type GuestRoot =
  | { readonly kind: 'whole' }
  | { readonly kind: 'partition'; readonly number: number }
  | { readonly kind: 'lv'; readonly volumeGroup: string; readonly logicalVolume: string };

/** One of the guest's interfaces as its disk will have it: the same value as its vif. */
export interface GuestNic {
  /** `eth0` for vif 0. */
  readonly device: string;
  readonly macAddress: MacAddress;
  readonly addressing: Addressing;
  readonly address: string | undefined;
  readonly prefix: number;
  /** On one interface only: a guest has one default route. */
  readonly gateway: string | undefined;
  readonly nameservers: readonly string[];
}

/** A guest's network identity, as its own disk says it. */
export interface GuestIdentityModel {
  readonly system: GuestSystem;
  readonly rootDisk: DiskModel;
  readonly root: GuestRoot;
  /** HOSTNAME in /etc/sysconfig/network; none = left as it is. */
  readonly hostname: string | undefined;
  readonly nics: readonly GuestNic[];
}

/** A guest identity as given. */
export interface GuestIdentityInput {
  readonly system: string;
  readonly root: {
    readonly kind: string;
    readonly number?: number;
    readonly volumeGroup?: string;
    readonly logicalVolume?: string;
  };
  /** Position of the root's disk among the guest's disks. */
  readonly rootDisk?: number;
  readonly hostname?: string;
}

/** The facts of a vif that a guest's own files hold too. */
export interface VifFacts {
  readonly macAddress: MacAddress;
  readonly addressing: Addressing;
  readonly address: string | undefined;
  readonly lan: {
    readonly network: { readonly prefix: number };
    readonly gateway: string | undefined;
    readonly nameservers: readonly string[];
  };
}

/** What the parts of a root are called in messages. */
type RootNames = Readonly<Record<'number' | 'volumeGroup' | 'logicalVolume', string>>;

const OF_IDENTITY: RootNames = {
  number: 'identity.root partition',
  volumeGroup: 'identity.root volume group',
  logicalVolume: 'identity.root logical volume',
};
const ALONE: RootNames = { number: 'number', volumeGroup: 'volumeGroup', logicalVolume: 'logicalVolume' };

/** @throws ValidationError if a root that belongs to no guest's disk yet can't be one */
export function checkRoot(subject: string, input: GuestIdentityInput['root']): void {
  const check = new Checklist(subject);
  readRoot(check, input, ALONE);
  check.done();
}

function readRoot(check: Checklist, input: GuestIdentityInput['root'], names = OF_IDENTITY): GuestRoot {
  const kind = check.field(() => oneOf('identity.root', input.kind, ['whole', 'partition', 'lv']));
  if (kind === 'partition') {
    const number = check.field(() => integer(names.number, input.number, { min: 1, max: 127 }));
    return Object.freeze({ kind, number });
  }
  if (kind === 'lv') {
    return Object.freeze({
      kind,
      volumeGroup: check.field(() => lvmName(names.volumeGroup, input.volumeGroup)),
      logicalVolume: check.field(() => lvmName(names.logicalVolume, input.logicalVolume)),
    });
  }
  return Object.freeze({ kind: 'whole' });
}

function nicsOf(vifs: readonly VifFacts[]): readonly GuestNic[] {
  // A lease brings its own gateway and name servers.
  const routed = vifs.findIndex((vif) => vif.address !== undefined && vif.lan.gateway !== undefined);
  return Object.freeze(
    vifs.map((vif, index) =>
      Object.freeze({
        device: `eth${index}`,
        macAddress: vif.macAddress,
        addressing: vif.addressing,
        address: vif.address,
        prefix: vif.lan.network.prefix,
        gateway: index === routed ? vif.lan.gateway : undefined,
        nameservers: index === routed ? vif.lan.nameservers : [],
      }),
    ),
  );
}

/** Reads a guest's identity. MACs and addresses are the vifs' own, so the two can't differ. */
export function readGuestIdentity(
  check: Checklist,
  input: GuestIdentityInput,
  disks: readonly DiskModel[],
  vifs: readonly VifFacts[],
): GuestIdentityModel | undefined {
  const system = check.field(() => oneOf<GuestSystem>('identity.system', input.system, GUEST_SYSTEMS));
  const root = readRoot(check, input.root);
  const hostname = check.field(() =>
    input.hostname === undefined ? undefined : dnsName('identity.hostname', input.hostname),
  );
  const position = check.field(() => integer('identity.rootDisk', whenOmitted(input.rootDisk, 0), { min: 0, max: 15 }));
  if (!check.clean) return undefined;
  const rootDisk = disks[position];
  if (rootDisk === undefined) {
    check.problem(
      `identity.rootDisk ${position} is no disk of the guest, it has ${disks.length}; the first one has the number 0`,
    );
    return undefined;
  }
  if (rootDisk.kind === 'qcow2') {
    check.problem(
      `identity needs a plain disk, ${show(rootDisk.path)} is qcow2; make it one: qemu-img convert -O raw, then Disk.file(...)`,
    );
  }
  if (rootDisk.readOnly) {
    check.problem(
      `identity can't be written on ${show(rootDisk.path)}, which is readOnly; other guests may have it too`,
    );
  }
  if (vifs.length === 0) check.problem('identity has nothing to write: the guest has no vifs');
  vifs.forEach(({ addressing }, index) => {
    if (addressing !== 'unknown') return;
    check.problem(
      `identity writes the address of vifs[${index}] on the disk, and that is Address.unknown(); ` +
        'give the address, or say Address.dhcp() or Address.none()',
    );
  });
  return Object.freeze({ system, rootDisk, root, hostname, nics: nicsOf(vifs) });
}
