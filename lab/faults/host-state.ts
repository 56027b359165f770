import type { FaultHost } from './fault-host';

/** All of a host that a switch may touch, as sorted lines that can be compared and shown. */
export type HostState = readonly string[];

// Each bed has its own host keys. The boot guard stays on purpose: it does nothing without a transaction.
const FILES = `find /etc \\( -type f -o -name '.*' -o -lname '*cdktf*' \\) ! -path '/etc/ssh/*' ! -name '*cdktf-xen-net' -exec stat -c '%a %U:%G %n' {} + | LC_ALL=C sort -k3 |
  while read -r mode owner name; do printf 'file %s %s %s %s\\n' "$name" "$mode" "$owner" "$(sha256sum <"$name" | head -c 16)"; done`;

/** Files below /etc, and the kernel's addresses, routes, bridges, ports and links. */
export async function hostState(host: FaultHost): Promise<HostState> {
  const [{ stdout }, state] = await Promise.all([host.run(FILES), host.bed.state()]);
  return [
    ...stdout.trim().split('\n'),
    ...Object.entries(state.addresses).flatMap(([device, all]) => all.map((cidr) => `address ${device} ${cidr}`)),
    // The route for addresses that nobody has given out is initscripts' own, worthless here, and numbered anew each time.
    ...state.routes.filter((route) => !route.startsWith('169.254.')).map((route) => `route ${route}`),
    ...Object.entries(state.links).map(
      ([name, { up, mtu, master = '-' }]) => `link ${name} ${up ? 'up' : 'down'} mtu ${mtu} in ${master}`,
    ),
    ...Object.entries(state.bridges).flatMap(([name, bridge]) => [
      `bridge ${name} stp ${bridge.stp} delay ${bridge.forwardDelaySeconds}`,
      ...Object.entries(bridge.ports).map(([port, how]) => `port ${name} ${port} ${how}`),
    ]),
  ].sort();
}

/** A host that was switched off has no guests any longer. */
export function withoutGuests(state: HostState): HostState {
  return state.filter((line) => !/\bvif\d/.test(line));
}

/** Lines that one has and the other has not. */
export function difference(expected: HostState, actual: HostState): readonly string[] {
  return [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `missing: ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `too much: ${line}`),
  ];
}
