import type { BridgeModel, UplinkModel } from '../model/bridge';
import { worstCaseOutageSeconds } from '../model/switch-timeouts';
import type { XenHostModel } from '../model/xen-host';
import { bridgeFiles } from './bridge-files';
import { UNDO } from './runtime-paths';

/** Commands to be typed one by one, hence the short forms; after one that fails, the next one is typed. */
type Commands = readonly string[];

function cidr(bridge: BridgeModel): string | undefined {
  return bridge.address === undefined ? undefined : `${bridge.address}/${bridge.lan.network.prefix}`;
}

function macOf({ macAddress }: UplinkModel): string {
  return macAddress === undefined ? '' : ` (MAC ${macAddress.toUpperCase()})`;
}

function described(bridge: BridgeModel): string {
  const parts = [
    bridge.uplink === undefined ? 'without an uplink' : `on ${bridge.uplink.device}${macOf(bridge.uplink)}`,
    ...(cidr(bridge) === undefined ? [] : [`address ${cidr(bridge) ?? ''}`]),
    ...(bridge.gateway === undefined ? [] : [`gateway ${bridge.gateway}`]),
  ];
  return `${bridge.dissolve ? 'no bridge' : 'bridge'} ${bridge.name} ${parts.join(', ')}`;
}

/** An address and the default route on an interface, by the kernel's own tools. */
function addressed(bridge: BridgeModel, device: string): Commands {
  const address = cidr(bridge);
  return [
    ...(address === undefined ? [] : [`ip addr add ${address} brd + dev ${device}`]),
    `ip link set dev ${device} up`,
    ...(bridge.gateway === undefined ? [] : [`ip route replace default via ${bridge.gateway}`]),
  ];
}

/** The bridge without any script. */
function byHand(bridge: BridgeModel): Commands {
  const { name, uplink } = bridge;
  return [
    `brctl addbr ${name}`,
    `brctl stp ${name} ${bridge.stp ? 'on' : 'off'}`,
    `brctl setfd ${name} ${bridge.delaySeconds}`,
    ...(uplink === undefined
      ? []
      : [
          `ip addr flush dev ${uplink.device}`,
          `ip link set dev ${uplink.device} up`,
          `brctl addif ${name} ${uplink.device}`,
        ]),
    ...addressed(bridge, name),
  ];
}

/** The host alone: its address on the interface itself. */
function withoutBridge(bridge: BridgeModel, device: string): Commands {
  return [`brctl delif ${bridge.name} ${device}`, `ip addr flush dev ${bridge.name}`, ...addressed(bridge, device)];
}

function step(title: string, commands: Commands, remark?: string): string[] {
  return ['', title, ...commands.map((command) => `    ${command}`), ...(remark === undefined ? [] : [`  ${remark}`])];
}

/** The files of initscripts as the stack describes them; shown for comparing, not for typing. */
function files(bridges: readonly BridgeModel[]): string[] {
  return bridges
    .flatMap(bridgeFiles)
    .filter(({ kind }) => kind === 'file')
    .flatMap(({ path, content }) => ['', `  ${path}`, ...content.trimEnd().replace(/^/gm, '    ').split('\n')]);
}

/**
 * What to type at a host's console when all else fails: exact commands, in the order in which to try them. To be
 * printed and put beside the console, since the host itself can't be reached then.
 */
export function recoveryCard(host: XenHostModel, bridges: readonly BridgeModel[]): string {
  const shown = [...bridges].sort((a, b) => (a.name < b.name ? -1 : 1));
  const longest = Math.max(0, ...shown.map((bridge) => worstCaseOutageSeconds(bridge.timeouts)));
  const present = shown.filter((bridge) => !bridge.dissolve);
  const plain = shown.find((bridge) => bridge.uplink !== undefined && bridge.address !== undefined);
  const ping = plain?.gateway === undefined ? 'ip -4 addr' : `ping -c 3 ${plain.gateway}`;
  const lines = [
    `RECOVERY CARD of host ${host.name}, reached at ${host.ssh.address} port ${host.ssh.port}`,
    '',
    'What its network shall be:',
    ...(shown.length === 0 ? ['  nothing of it is described'] : shown.map((bridge) => `  ${described(bridge)}`)),
    '',
    'Log in at the console as root. Try these in order; after each see whether the host is there again:',
    `    ${ping}`,
    ...step(
      '1. Is a change under way, or was one taken back, and why?',
      ['cat /var/lib/cdktf-xen/net/current/phase', 'cat /var/lib/cdktf-xen/net/rolled-back'],
      longest === 0
        ? undefined
        : `A change that nobody confirms goes back by itself: wait ${longest} seconds before you do anything.`,
    ),
    ...step(
      '2. Back to the network of before the last change, files and all',
      [`bash ${UNDO}`],
      'While a change is under way its folder is current, not last.',
    ),
    ...step('3. The network that the files describe, from its beginning', ['service network restart']),
    ...(present.length === 0
      ? []
      : step('4. The same by hand, until the next boot; what exists already says so', present.flatMap(byHand))),
    ...(plain?.uplink === undefined
      ? []
      : step(
          '5. The host alone, without a bridge; its guests stay off the network',
          withoutBridge(plain, plain.uplink.device),
        )),
    ...(present.length === 0
      ? []
      : step(
          '6. Guests that lost their bridge: their interfaces are called vif<domain id>.<number>',
          ['xl list', ...present.map((bridge) => `brctl addif ${bridge.name} vif1.0`)],
          'and so on for each guest.',
        )),
    ...(shown.length === 0 ? [] : ['', '7. The files as they shall be', ...files(shown)]),
    '',
    'Old copies of every file lie in /var/lib/cdktf-xen/backup, what was done in /var/lib/cdktf-xen/log.',
  ];
  return `${lines.join('\n')}\n`;
}
