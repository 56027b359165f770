/** What dom0's network is, from the kernel: never from the scripts' exit status, which lies in ten ways. */
export interface LinkState {
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly master?: string;
}

export interface BridgeState {
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly stp: boolean;
  readonly forwardDelaySeconds: number;
  readonly ageingSeconds: number;
  readonly priority: number;
  readonly multicastSnooping: boolean;
  /** Port name -> disabled, listening, learning, forwarding or blocking. */
  readonly ports: Readonly<Record<string, string>>;
}

export interface BedState {
  readonly links: Readonly<Record<string, LinkState>>;
  readonly bridges: Readonly<Record<string, BridgeState>>;
  /** Device -> IPv4 addresses with prefix, in the kernel's order. The loopback's are left out. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** As in `192.0.2.0/24 dev xenbr0` and `default via 192.0.2.1 dev xenbr0`, sorted. */
  readonly routes: readonly string[];
  readonly resolvConf: readonly string[];
  readonly sysctl: Readonly<Record<string, string>>;
  readonly hostname: string;
}

interface RawLink {
  ifname: string;
  address: string;
  mtu: number;
  flags: string[];
  master?: string;
  linkinfo?: {
    info_kind?: string;
    info_data?: Record<string, number>;
    info_slave_data?: { state?: string };
  };
}

interface RawAddress {
  ifname?: string;
  addr_info?: { local: string; prefixlen: number }[];
}

interface RawRoute {
  dst: string;
  gateway?: string;
  dev?: string;
  metric?: number;
}

function sections(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^== (\w+)\n/m);
  return new Map(
    Array.from({ length: (parts.length - 1) / 2 }, (_, i) => [parts[2 * i + 1] ?? '', parts[2 * i + 2] ?? '']),
  );
}

function bridgeOf(link: RawLink, all: readonly RawLink[]): BridgeState {
  const data = link.linkinfo?.info_data ?? {};
  const ports = all.filter((port) => port.master === link.ifname);
  return {
    mac: link.address,
    mtu: link.mtu,
    up: link.flags.includes('UP'),
    stp: data['stp_state'] !== 0,
    forwardDelaySeconds: (data['forward_delay'] ?? 0) / 100,
    ageingSeconds: (data['ageing_time'] ?? 0) / 100,
    priority: data['priority'] ?? 0,
    multicastSnooping: data['mcast_snooping'] !== 0,
    ports: Object.fromEntries(ports.map((port) => [port.ifname, port.linkinfo?.info_slave_data?.state ?? 'unknown'])),
  };
}

function routeText(route: RawRoute): string {
  return [
    route.dst,
    ...(route.gateway === undefined ? [] : ['via', route.gateway]),
    ...(route.dev === undefined ? [] : ['dev', route.dev]),
    ...(route.metric === undefined ? [] : ['metric', String(route.metric)]),
  ].join(' ');
}

/** Reads the output of deployer/observe.sh. */
export function parseState(observed: string, resolvConf: string): BedState {
  const found = sections(observed);
  const json = <T>(name: string): T[] => JSON.parse(found.get(name)?.trim() ?? '[]') as T[];
  const links = json<RawLink>('links').filter((link) => link.ifname !== 'lo');
  const addresses = json<RawAddress>('addresses').flatMap(({ ifname = 'lo', addr_info = [] }) =>
    ifname === 'lo' || addr_info.length === 0
      ? []
      : [[ifname, addr_info.map((info) => `${info.local}/${info.prefixlen}`)] as const],
  );
  return {
    links: Object.fromEntries(
      links.map((link) => [
        link.ifname,
        {
          mac: link.address,
          mtu: link.mtu,
          up: link.flags.includes('UP'),
          carrier: link.flags.includes('LOWER_UP'),
          ...(link.master === undefined ? {} : { master: link.master }),
        },
      ]),
    ),
    bridges: Object.fromEntries(
      links.filter((link) => link.linkinfo?.info_kind === 'bridge').map((link) => [link.ifname, bridgeOf(link, links)]),
    ),
    addresses: Object.fromEntries(addresses),
    routes: json<RawRoute>('routes').map(routeText).sort(),
    resolvConf: resolvConf.split('\n').filter((line) => line !== ''),
    sysctl: Object.fromEntries(
      (found.get('sysctl') ?? '')
        .trim()
        .split('\n')
        .map((line) => line.split('='))
        .map(([key = '', value = '']) => [key, value]),
    ),
    hostname: (found.get('hostname') ?? '').trim(),
  };
}
