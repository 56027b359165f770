import { bridgeName, dnsName, guestName, hostName, lanName, nicName } from '../../lib/model/names';

const label63 = 'x'.repeat(63);

const RULES: readonly (readonly [string, (value: unknown) => string, readonly string[], readonly unknown[]])[] = [
  [
    'a lan',
    lanName,
    ['lan0', '0', 'Office', 'a.b_c-d', label63],
    ['', `${label63}x`, '.lan', '_lan', '-lan', 'lan 0', 'lan/0', 'lan0\n', 'löan', 5, undefined, ['lan0']],
  ],
  [
    'a host',
    hostName,
    ['xen01', 'x', '01', 'xen-01', label63],
    ['', 'Xen01', '-xen', 'xen-', 'xen01.example.org', 'xen_01', `${label63}x`, 'xen01\n', null],
  ],
  [
    'a guest',
    guestName,
    ['web1', 'Web-1.example.org', 'a_b', '1a', 'domain-01', 'autos', label63],
    [
      '',
      '.web',
      '-web',
      '_web',
      'web 1',
      'web/1',
      '..',
      '1',
      '007',
      'domain-0',
      'DOMAIN-0',
      'auto',
      'xl.conf',
      'scripts',
    ],
  ],
  [
    'a bridge',
    bridgeName,
    ['xenbr0', 'br0', 'lan', 'br-lan', 'br_1', 'pxenbr0', 'b', 'a'.repeat(15)],
    ['', 'a'.repeat(16), 'Xenbr0', '0br', '-br', 'br.1', 'br:1', 'br 0', 'xenbr0\n', 'br-range', 'x-range0'],
  ],
  [
    'a physical interface',
    (value) => nicName('uplink', value),
    ['eth0', 'em1', 'p1p1', 'eno1', 'enp0s3', 'wlan0'],
    ['', 'eth0.100', 'eth0:1', 'bond0', 'vlan5', 'vif1', 'tap0', 'lo', 'xenbr0', 'peth0', 'ETH0', 'eth-range'],
  ],
  [
    'a DNS name',
    (value) => dnsName('hostname', value),
    ['xen01', 'xen01.example.org', 'XEN.example', '1.2', label63, 'localhost.localdomain'],
    ['', '.', 'a..b', '-a', 'a-', 'a-.b', 'a.', '.a', 'a_b', `${label63}x`, `${label63}.b`, 'a b', 'a\n'],
  ],
];

test.each(RULES)('the name of %s: what is taken, is taken as it is', (_, read, good) => {
  for (const name of good) expect(read(name)).toBe(name);
});

test.each(RULES)('the name of %s: what is refused', (_, read, _good, bad) => {
  const taken = bad.filter((name) => {
    try {
      read(name);
      return true;
    } catch {
      return false;
    }
  });
  expect(taken).toEqual([]);
});

test('a bridge is not called like another kind of device', () => {
  for (const name of [
    'eth0',
    'em1',
    'peth0',
    'bond0',
    'vlan5',
    'vif1',
    'tap0',
    'tun0',
    'ppp0',
    'sit1',
    'dummy0',
    'virbr0',
  ]) {
    expect(() => bridgeName(name)).toThrow('another kind of device');
  }
});

test('no device is called anything with lo in front, for init.d/network passes over ifcfg-lo*', () => {
  for (const name of ['lo', 'lo0', 'local0', 'lobby']) {
    expect(() => bridgeName(name)).toThrow('another kind of device');
    expect(() => nicName('uplink', name)).toThrow('is another kind');
  }
});

test('a guest is not called like anything that Xen has in /etc/xen, whatever its release', () => {
  for (const name of ['README', 'cpupool', 'oxenstored.conf', 'vm', 'xend-config.sxp', 'xmexample1', 'xlexample.hvm']) {
    expect(() => guestName(name)).toThrow('in /etc/xen');
  }
});
