import type { BridgeModel } from '../model/bridge';
import type { XenHostModel } from '../model/xen-host';
import type { XenVersion } from '../model/xen-version';
import { ifcfgLine } from './ifcfg';
import { type RemoteFile, keysIn } from './remote-file';

/**
 * Keeps bridged frames out of iptables. EL6 shipped these zeros in sysctl.conf and later elsewhere. The kernel's own
 * default is 1, and then EL6's stock firewall rejects every guest's traffic.
 */
const BRIDGE_NF = ['ip6tables', 'iptables', 'arptables'].map((table) => `net.bridge.bridge-nf-call-${table} = 0`);

/** xl.conf keys; names changed with Xen 4.4, where the old ones only warn. */
export function xlConfLines(version: XenVersion, bridges: readonly BridgeModel[]): readonly string[] {
  const modern = version.major > 4 || version.minor >= 4;
  const lines = [modern ? 'autoballoon="off"' : 'autoballoon=0'];
  const [only, another] = bridges.filter((bridge) => !bridge.dissolve);
  if (only !== undefined && another === undefined) {
    lines.push(`${modern ? 'vif.default.bridge' : 'defaultbridge'}="${only.name}"`);
  }
  return lines;
}

/**
 * A guest that xendomains has saved comes back as it was, with its old MAC, memory and disks, even if it was deployed
 * anew meanwhile. With an empty folder name xendomains shuts guests down instead.
 */
function xendomainsFiles({ guestsAtShutdown }: XenHostModel): RemoteFile[] {
  if (guestsAtShutdown === 'unmanaged') return [];
  const folder = guestsAtShutdown === 'save' ? '/var/lib/xen/save' : '';
  return [keysIn('/etc/sysconfig/xendomains', [ifcfgLine('XENDOMAINS_SAVE', folder)])];
}

/** The keys that the host itself needs, in files that belong to the system. */
export function hostFiles(host: XenHostModel, bridges: readonly BridgeModel[]): readonly RemoteFile[] {
  const network = [ifcfgLine('NETWORKING', 'yes')];
  if (host.hostname !== undefined) network.push(ifcfgLine('HOSTNAME', host.hostname));
  return [
    keysIn('/etc/sysconfig/network', network),
    keysIn('/etc/sysctl.conf', BRIDGE_NF),
    keysIn('/etc/xen/xl.conf', xlConfLines(host.xenVersion, bridges)),
    ...xendomainsFiles(host),
  ];
}

/** Reads `key = value` lines, the last of a key winning: the inverse for sysctl.conf and xl.conf. */
export function parseKeyLines(text: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^[ \t]*([A-Za-z][A-Za-z0-9._/-]*)[ \t]*=[ \t]*(.*?)[ \t]*$/.exec(line);
    if (match?.[1] !== undefined) keys.set(match[1], (match[2] ?? '').replace(/^"(.*)"$/, '$1'));
  }
  return keys;
}
