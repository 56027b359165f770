import { type DiskBed } from '../../../../lab/guest-images/disk-bed';
import { OLD_MAC, RULES, SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases, lines } from '../../../helpers/guest-disk';

/* The files beside ifcfg-ethN: udev's rules, kudzu's memory, the host name. */

jest.setTimeout(60_000);

const MAC = '00:16:3e:a6:05:8f';
const ETH0 = `${SCRIPTS}/ifcfg-eth0`;
const NETWORK = 'etc/sysconfig/network';

let bed: DiskBed;
let cases: DiskCases;

beforeAll(async () => {
  cases = await DiskCases.open();
  bed = cases.bed;
});

afterAll(async () => {
  await bed.close();
});

test('of the udev rules only those of our names and MACs go; other lines stay', () => {
  const rule = (mac: string, name: string) =>
    `SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="${mac}", ATTR{type}=="1", KERNEL=="eth*", NAME="${name}"`;
  const stays = [
    '# NAME="eth0" in a comment',
    rule('52:54:00:00:00:01', 'eth7'),
    'SUBSYSTEM=="net", KERNELS=="0000:00:05.0", NAME="mgmt0"',
  ];
  const { read } = cases.write({
    before: lines(
      RULES,
      stays[0] ?? '',
      rule(OLD_MAC, 'eth0'),
      rule(MAC.toUpperCase(), 'eth0'),
      stays[1] ?? '',
      rule(MAC, 'eth3'),
      'SUBSYSTEM=="net", ATTR{address}=="00:16:3e:00:00:07", \\',
      '  NAME="eth0"',
      stays[2] ?? '',
    ),
  });
  expect(read(RULES)).toBe(`${[...stays, rule(MAC, 'eth0')].join('\n')}\n`);
});

test('a missing rules file is made on EL6, and left missing on EL5', () => {
  expect(cases.write({ before: `rm ${RULES}` }).read(RULES)).toMatch(/^SUBSYSTEM=="net".*NAME="eth0"\n$/);
  expect(cases.write({ os: 'el5' }).changed).not.toContain(RULES);
});

test("a rules file of EL5 gets a rule in EL5's own words", () => {
  const { read } = cases.write({
    os: 'el5',
    before: lines(RULES, `SUBSYSTEM=="net", SYSFS{address}=="${OLD_MAC}", NAME="eth0"`),
  });
  expect(read(RULES)).toBe(`SUBSYSTEM=="net", SYSFS{address}=="${MAC}", NAME="eth0"\n`);
});

test('a guest without a folder for rules gets none', () => {
  expect(cases.write({ before: 'rm -r etc/udev' }).changed).toEqual([NETWORK, ETH0]);
});

test('a missing /etc/sysconfig/network is made, since without it no network is started', () => {
  expect(cases.write({ before: `rm ${NETWORK}` }).read(NETWORK)).toBe('NETWORKING=yes\nHOSTNAME=web1.example.org\n');
});

test('without a host name in the stack the guest keeps its own', () => {
  expect(cases.write({ hostname: '' }).changed).toEqual([ETH0, RULES]);
});

test('what hinders the network but is not ours is told', () => {
  const { output } = cases.write({
    before: `${lines(NETWORK, 'NETWORKING=no', 'HOSTNAME="old"', 'GATEWAYDEV=eth9', 'GATEWAY=192.0.2.200')}; echo IPV6ADDR=2001:db8::1/64 >> ${ETH0}; echo PEERDNS=no >> ${ETH0}`,
  });
  for (const words of [
    'does not say NETWORKING=yes',
    'says GATEWAYDEV=eth9, so the default route of eth0 is not set',
    'has GATEWAY=192.0.2.200, the stack promises 192.0.2.1',
    'keeps IPV6ADDR=2001:db8::1/64',
    'keeps PEERDNS=no',
  ]) {
    expect(output).toContain(words);
  }
});

test('in hwconf only the address of our interface changes', () => {
  const { read } = cases.write({
    os: 'el5',
    before: `sed -i 's/^network.hwaddr: .*/network.hwaddr: 00:16:3E:AA:BB:CC/' etc/sysconfig/hwconf; printf '%s\\n' '-' 'class: NETWORK' 'device: eth4' 'network.hwaddr: 00:16:3e:11:22:33' >> etc/sysconfig/hwconf`,
  });
  const hwconf = read('etc/sysconfig/hwconf');
  expect(hwconf).toContain(`network.hwaddr: ${MAC.toUpperCase()}\n-\nclass: HD`);
  expect(hwconf).toContain('device: eth4\nnetwork.hwaddr: 00:16:3e:11:22:33\n');
});

test('temporary files of a run that was killed are removed', () => {
  const { changed, image } = cases.write();
  expect(changed).toHaveLength(3);
  bed.inGuest(image, `echo half > ${SCRIPTS}/.cdktf-xen.ifcfg-eth0.new`);
  expect(cases.write({ image }).changed).toEqual([`${SCRIPTS}/.cdktf-xen.ifcfg-eth0.new`]);
});
