import fc from 'fast-check';
import { hostRange, ipv4Address, ipv4Network, ipv4Number, isHostAddress } from '../../lib/model/ipv4';

const dotted = (bits: number): string => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');

/** What a machine can have: not this network, not loopback, nothing from multicast on. */
const usable = fc
  .integer({ min: 0x01000000, max: 0xdfffffff })
  .filter((bits) => bits >>> 24 !== 127)
  .map(dotted);

test('every usable address is taken in its only spelling', () => {
  fc.assert(
    fc.property(usable, (address) => {
      expect(ipv4Address('address', address)).toBe(address);
      expect(dotted(ipv4Number(address))).toBe(address);
    }),
  );
});

test.each(['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.255', '224.0.0.1', '255.255.255.255'])(
  '%s is no address of a machine',
  (address) => {
    expect(() => ipv4Address('address', address)).toThrow('an address that a machine can have');
  },
);

test.each([
  '192.0.2',
  '192.0.2.256',
  '192.0.2.1.1',
  '192.0.2.010',
  '192.0.2.-1',
  '0xc0.0.2.1',
  ' 192.0.2.1',
  '192.0.2.1\n',
])('%j is no address', (address) => {
  expect(() => ipv4Address('address', address)).toThrow('must be an IPv4 address as in "192.0.2.10"');
});

test('a network holds its host addresses and neither its first nor its last', () => {
  fc.assert(
    fc.property(usable, fc.integer({ min: 8, max: 30 }), (address, prefix) => {
      const size = 2 ** (32 - prefix);
      const base = Math.floor(ipv4Number(address) / size) * size;
      const network = ipv4Network('cidr', `${dotted(base)}/${prefix}`);
      expect(network).toEqual({ cidr: `${dotted(base)}/${prefix}`, base, prefix });
      expect(isHostAddress(network, dotted(base))).toBe(false);
      expect(isHostAddress(network, dotted(base + 1))).toBe(true);
      expect(isHostAddress(network, dotted(base + size - 2))).toBe(true);
      expect(isHostAddress(network, dotted(base + size - 1))).toBe(false);
      expect(isHostAddress(network, dotted(base + size))).toBe(false);
      expect(isHostAddress(network, dotted(base - 1))).toBe(false);
      expect(hostRange(network)).toBe(`${dotted(base + 1)} to ${dotted(base + size - 2)}`);
    }),
  );
});

test('host bits that are set name the network that is meant', () => {
  fc.assert(
    fc.property(usable, fc.integer({ min: 8, max: 30 }), (address, prefix) => {
      const size = 2 ** (32 - prefix);
      const base = Math.floor(ipv4Number(address) / size) * size;
      fc.pre(base !== ipv4Number(address));
      expect(() => ipv4Network('cidr', `${address}/${prefix}`)).toThrow(`did you mean "${dotted(base)}/${prefix}"?`);
    }),
  );
});

test.each([
  '192.0.2.0/7',
  '192.0.2.0/31',
  '192.0.2.0/32',
  '192.0.2.0/',
  '192.0.2.0/024',
  '192.0.2.0/+24',
  '192.0.2.0/24.0',
])('%s has no prefix length that a lan can have', (cidr) => {
  expect(() => ipv4Network('cidr', cidr)).toThrow('must have a prefix length from 8 to 30');
});

test.each(['', '/', '/24', '192.0.2.0/24/24', '192.0.2/24', '192.0.2.0 /24', 24])('%j is no network', (cidr) => {
  expect(() => ipv4Network('cidr', cidr)).toThrow('must be a network as in "192.0.2.0/24"');
});
