/**
 * The end of the IPv6 addresses that a link makes itself of its MAC (modified EUI-64, RFC 4291), as ip prints it.
 *
 * @param mac six octets in hexadecimal with colons between
 */
export function interfaceId(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((octet) => parseInt(octet, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return groups.map((group) => group.toString(16)).join(':');
}
