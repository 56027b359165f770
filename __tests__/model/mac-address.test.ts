import fc from 'fast-check';
import { deriveMacAddress, isDrawnByXen, macAddress } from '../../lib/model/mac-address';

const KEY = { lan: 'lan0', guest: 'web1', vif: 0, epoch: 0 };

const key = fc.record({
  lan: fc.string({ minLength: 1, maxLength: 63 }),
  guest: fc.string({ minLength: 1, maxLength: 63 }),
  vif: fc.nat(7),
  epoch: fc.nat(1_000_000),
});

const firstByte = (mac: string): number => parseInt(mac.slice(0, 2), 16);

test('the frozen vectors of MAC v1 hold: every guest in the world keeps its address', () => {
  expect(deriveMacAddress(KEY)).toBe('00:16:3e:a6:05:8f');
  expect(deriveMacAddress({ ...KEY, epoch: 1 })).toBe('00:16:3e:9a:12:f8');
  expect(deriveMacAddress({ ...KEY, vif: 1 })).toBe('00:16:3e:fb:26:2f');
});

test('the frozen vectors of the locally administered space hold', () => {
  expect(deriveMacAddress(KEY, 'locallyAdministered')).toBe('a6:05:8f:25:d6:de');
  expect(deriveMacAddress({ ...KEY, epoch: 1 }, 'locallyAdministered')).toBe('1a:12:f8:77:02:07');
});

test("a derived MAC lies in the half of Xen's prefix that Xen never draws from", () => {
  fc.assert(
    fc.property(key, (any) => {
      const mac = deriveMacAddress(any);
      expect(mac).toMatch(/^00:16:3e:[89a-f][0-9a-f](:[0-9a-f]{2}){2}$/);
      expect(isDrawnByXen(mac)).toBe(false);
      expect(macAddress('mac', mac)).toBe(mac);
    }),
  );
});

test('a locally administered MAC is unicast and says that it is local', () => {
  fc.assert(
    fc.property(key, (any) => {
      const mac = deriveMacAddress(any, 'locallyAdministered');
      expect(mac).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
      expect(firstByte(mac) & 0x03).toBe(0x02);
      expect(macAddress('mac', mac)).toBe(mac);
    }),
  );
});

test('each part of the key matters', () => {
  const all = [KEY, { ...KEY, lan: 'lan1' }, { ...KEY, guest: 'web2' }, { ...KEY, vif: 1 }, { ...KEY, epoch: 1 }];
  expect(new Set(all.map((one) => deriveMacAddress(one))).size).toBe(all.length);
});

test('the parts of the key are told apart: none can borrow a character from its neighbour', () => {
  expect(deriveMacAddress({ ...KEY, lan: 'lan0w', guest: 'eb1' })).not.toBe(deriveMacAddress(KEY));
  expect(deriveMacAddress({ ...KEY, vif: 1, epoch: 11 })).not.toBe(deriveMacAddress({ ...KEY, vif: 11, epoch: 1 }));
});

test('Xen draws from the lower half of its prefix only', () => {
  expect(isDrawnByXen('00:16:3e:00:00:00')).toBe(true);
  expect(isDrawnByXen('00:16:3e:7f:ff:ff')).toBe(true);
  expect(isDrawnByXen('00:16:3e:80:00:00')).toBe(false);
  expect(isDrawnByXen('52:54:00:7f:00:00')).toBe(false);
});

test('a MAC by hand is taken in any case and kept in lower case, which udev needs', () => {
  expect(macAddress('mac', '52:54:00:AB:CD:EF')).toBe('52:54:00:ab:cd:ef');
});

test('of all first bytes exactly the even ones are taken', () => {
  for (let first = 0; first < 256; first += 1) {
    const mac = `${first.toString(16).padStart(2, '0')}:54:00:12:34:56`;
    if (first % 2 === 0) expect(macAddress('mac', mac)).toBe(mac);
    else expect(() => macAddress('mac', mac)).toThrow('multicast');
  }
});
