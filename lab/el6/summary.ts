import type { BedState, BridgeState, Result } from '../bed/bed';

/** Ids of interfaces and random MACs differ from run to run; so do the states that STP's timers go through. */
function bridgeText(bridge: BridgeState, macs: ReadonlyMap<string, string>): string {
  const ports = Object.entries(bridge.ports)
    .map(([name, state]) => `${name}:${bridge.stp && state !== 'disabled' ? 'stp' : state}`)
    .sort();
  const owner = macs.get(bridge.mac);
  const locallyDrawn = (parseInt(bridge.mac.slice(0, 2), 16) & 3) === 2 && !bridge.mac.startsWith('02:16:3e');
  const mac = owner === undefined ? (locallyDrawn ? 'random mac' : `mac ${bridge.mac}`) : `mac of ${owner}`;
  return [
    'bridge',
    bridge.mac === '00:00:00:00:00:00' || bridge.mac === 'fe:ff:ff:ff:ff:ff' ? `mac ${bridge.mac}` : mac,
    `delay ${bridge.forwardDelaySeconds}`,
    ...(bridge.stp ? ['stp'] : []),
    ...(bridge.ageingSeconds === 300 ? [] : [`ageing ${bridge.ageingSeconds}`]),
    ...(bridge.priority === 32768 ? [] : [`priority ${bridge.priority}`]),
    ...(bridge.multicastSnooping ? [] : ['no snooping']),
    ports.length === 0 ? 'no ports' : `ports ${ports.join(' ')}`,
  ].join(', ');
}

/** What init scripts print for a step that worked says nothing that the state does not say better. */
function messages(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .map((line) => line.replace(/\r/g, '').trimEnd())
    .filter((line) => line !== '' && !line.endsWith('[  OK  ]'))
    .map((line) => line.replace(/Determining if ip address .*/, '').trimEnd())
    .filter((line) => line !== '' && !/^(Bringing up|Shutting down) \S+ \S+:$/.test(line))
    .map((line) => `says ${line.replace(/has MAC address (?!52:54|00:16)[0-9A-F:]+/, 'has MAC address RANDOM')}`);
}

/** One outcome as lines of text that are the same on every run. What is as always is left out. */
export function summarize(result: Result, state: BedState, nics: readonly { name: string; mac: string }[]): string[] {
  const macs = new Map(nics.map((nic) => [nic.mac, nic.name]));
  const links = Object.entries(state.links).map(([name, link]) => {
    const found = state.bridges[name];
    const nic = nics.find((one) => one.name === name);
    return [
      `${name} ${link.up ? 'up' : 'down'}${link.master === undefined ? '' : ` in ${link.master}`}`,
      ...(nic !== undefined && nic.mac !== link.mac ? [`mac ${link.mac}`] : []),
      ...(found === undefined ? [] : [bridgeText(found, macs)]),
      ...(link.mtu === 1500 ? [] : [`mtu ${link.mtu}`]),
    ].join(', ');
  });
  const netfilter = Object.entries(state.sysctl).filter(([key, value]) => key.includes('bridge-nf') && value === '0');
  return [
    `exit ${result.status}`,
    ...messages(result.stdout),
    ...links.sort(),
    ...Object.entries(state.addresses)
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => `address ${name} ${list.join(' ')}`)
      .sort(),
    ...state.routes.map((route) => `route ${route.replace(/^(169\.254\.0\.0\/16 .*) metric \d+$/, '$1')}`),
    ...state.resolvConf.map((line) => `resolv.conf ${line.trimEnd()}`),
    ...(state.sysctl['net.ipv4.ip_forward'] === '1' ? ['ip_forward on'] : []),
    ...(netfilter.length === 0 ? [] : [`bridge-nf off: ${netfilter.length} keys`]),
  ];
}
