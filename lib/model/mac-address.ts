import { createHash } from 'node:crypto';
import { FieldProblem } from './errors';
import { show } from './show';

/** Six pairs of lower-case hexadecimal digits, separated by colons. */
export type MacAddress = string;

/** The range that derived MAC addresses come from. */
export type MacSpace = 'xen' | 'locallyAdministered';

/** All that a derived MAC address depends on. */
export interface MacKey {
  readonly lan: string;
  readonly guest: string;
  readonly vif: number;
  readonly epoch: number;
}

function colons(bytes: readonly number[]): MacAddress {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/**
 * MAC v1, frozen: the same key gives the same address for ever, on every machine.
 *
 * The key holds no address, host, stack or construct path. So a guest keeps its MAC when it moves, and a copy under
 * another name gets another MAC. In Xen's own space the upper half is used, 00:16:3e:80 to ff. xend and libxl draw
 * their random addresses from 00 to 7f only (libxl_nic.c and netif.py mask with 0x7f), so no random address equals one
 * of ours.
 */
export function deriveMacAddress(key: MacKey, space: MacSpace = 'xen'): MacAddress {
  const digest = createHash('sha256')
    .update(['mac/v1', key.lan, key.guest, String(key.vif), String(key.epoch)].join('\0'))
    .digest();
  if (space === 'xen') {
    return colons([0x00, 0x16, 0x3e, 0x80 | digest.readUInt8(0), digest.readUInt8(1), digest.readUInt8(2)]);
  }
  const bytes = [...digest.subarray(0, 6)];
  bytes[0] = (digest.readUInt8(0) & 0xfc) | 0x02;
  return colons(bytes);
}

/** Whether xend or libxl could choose the address at random for a guest without one. */
export function isDrawnByXen(mac: MacAddress): boolean {
  return mac.startsWith('00:16:3e:') && parseInt(mac.slice(9, 11), 16) < 0x80;
}

/** A MAC address that one interface of one machine can have. Upper case is allowed, and becomes lower case. */
export function macAddress(field: string, value: unknown): MacAddress {
  if (typeof value !== 'string' || !/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/.test(value)) {
    const cure =
      typeof value === 'string' && /^[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}$/.test(value)
        ? `, did you mean "${value.replaceAll('-', ':').toLowerCase()}"?`
        : '';
    throw new FieldProblem(`${field} must be a MAC address as in "00:16:3e:a6:05:8f", got ${show(value)}${cure}`);
  }
  const mac = value.toLowerCase();
  if (parseInt(mac.slice(0, 2), 16) % 2 === 1) {
    throw new FieldProblem(
      `${field} must be a unicast address, got ${mac}, which is multicast: its first byte must be even`,
    );
  }
  if (mac === '00:00:00:00:00:00') {
    throw new FieldProblem(`${field} must not be all zero: to xl that means a new random address at every start`);
  }
  if (mac === 'fe:ff:ff:ff:ff:ff') {
    throw new FieldProblem(`${field} must not be ${mac}: every vif's dom0 side has that one`);
  }
  return mac;
}
