import type { BridgeModel } from '../model/bridge';
import type { XenHostModel } from '../model/xen-host';
import { keysOfOthers, lines, text } from './expectations';
import { hostFiles } from './host-files';

/** The keys that keep bridged frames out of packet filters; see render/host-files.ts. */
const BRIDGE_NF = 'net.bridge.bridge-nf-call-*tables';

/** What the host's own unit promises. */
export function hostExpectations(host: XenHostModel, bridges: readonly BridgeModel[]): string {
  return text([
    ...keysOfOthers(hostFiles(host, bridges)),
    // What is not started with the host brings neither bridges nor guests back after a power cut.
    ...lines('must', [
      ['service', 'network', 'on'],
      ...(host.guestsAtShutdown === 'unmanaged' ? [] : [['service', 'xendomains', 'on']]),
    ]),
    // The kernel has them only while it filters bridged frames. Further files are read behind sysctl.conf, and win.
    ...lines('only', [
      ['sysctl', BRIDGE_NF, '*'],
      ['key', '/etc/sysctl.d/*', BRIDGE_NF, '*'],
    ]),
    ...lines('allow', [
      ['sysctl', BRIDGE_NF, '0'],
      ['key', '/etc/sysctl.d/*', BRIDGE_NF, '0'],
    ]),
  ]);
}
