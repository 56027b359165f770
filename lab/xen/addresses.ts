/** The lab's LAN plan: every address follows from a host's name, so tests can state them as constants. */
export const lan = {
  cidr: '192.0.2.0/24',
  prefixLength: 24,
  gateway: '192.0.2.1',
  outside: '192.0.2.250',
  outsideMac: '02:00:00:00:00:fa',
} as const;

export interface HostAddresses {
  readonly name: string;
  readonly address: string;
  readonly macAddress: string;
}

/** xen01 to xen10 are 192.0.2.10 to 192.0.2.19; guests may use 192.0.2.20 and above. */
export function hostAddresses(name: string): HostAddresses {
  const number = /^xen(0[1-9]|10)$/.exec(name)?.[1];
  if (number === undefined) throw new Error(`unknown lab host '${name}', allowed: xen01 to xen10`);
  const last = 9 + Number(number);
  return { name, address: `192.0.2.${last}`, macAddress: `52:54:00:00:02:${last.toString(16).padStart(2, '0')}` };
}
