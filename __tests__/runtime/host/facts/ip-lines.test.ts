import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  factsOfTree,
  lay,
  layLink,
  layProgram,
  layPrograms,
  LISTINGS,
  replayIp,
  startedIn,
} from '../../../helpers/facts';

/* What ip and tc print, of any age, or when they fail. */

jest.setTimeout(120_000);

const EVERYTHING = 'link bridge port port-option bond slave vlan address dadfailed route route6 rule rule6 neighbour';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ip-lines-'));
  layPrograms(directory, ['timeout', 'awk']);
  layLink(directory, 'lo', { type: '772', flags: '0x9', address: '00:00:00:00:00:00', mtu: '65536' });
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const links = (kinds: string, env = {}): readonly string[] => factsOfTree(directory, 'print_link_facts', kinds, env);

test('an ip of 2010 and one of 2022 give the same facts', () => {
  replayIp(directory, '2.6.33');
  const old = links(EVERYTHING);
  replayIp(directory, '6.1');
  expect(links(EVERYTHING)).toEqual(old);
  expect(old.filter((line) => /^(address|route|rule|neigh)/.test(line))).toEqual([
    'address br0 192.0.2.10/24',
    'address br0 2001:db8::10/64',
    'address br0 fe80::5054:ff:feaa:2/64',
    'address lo 127.0.0.1/8',
    'address lo ::1/128',
    'address v0 fe80::5054:ff:feaa:3/64',
    'address v1 10.9.0.1,10.9.0.2/32',
    'address v1 fe80::5054:ff:feaa:4/64',
    'neighbour br0 192.0.2.9 52:54:00:bb:00:09',
    'neighbour br0 2001:db8::9 52:54:00:bb:00:09',
    'route 10.77.0.0/16 dev v1 scope link',
    'route 10.9.0.2 dev v1 scope link src 10.9.0.1',
    'route 192.0.2.0/24 dev br0 scope link src 192.0.2.10',
    'route 198.18.0.0/15 blackhole',
    'route 198.19.0.0/16 local dev lo table local scope host',
    'route 198.51.100.0/24 nexthop via 192.0.2.253 dev br0 weight 1 nexthop via 192.0.2.254 dev br0 weight 1',
    'route 203.0.113.0/24 via 203.0.113.1 dev br0 onlink mtu lock 1400',
    'route default unreachable metric 500',
    'route default via 192.0.2.1 dev br0 metric 100',
    'route6 2001:db8:7::/48 metric 1024 nexthop via 2001:db8::2 dev br0 weight 1 nexthop via 2001:db8::3 dev br0 weight 1',
    'route6 2001:db8:9::/48 unreachable dev lo metric 1024',
    'route6 2001:db8::/64 dev br0 metric 256',
    'route6 default via 2001:db8::1 dev br0 metric 1024',
    'route6 default via 2001:db8::7 dev br0 metric 2048',
    'rule 0 from all lookup local',
    'rule 32763 from all iif eth9 blackhole',
    'rule 32764 from all fwmark 0x1 iif br0 lookup 100',
    'rule 32765 from 10.0.0.0/8 lookup 100',
    'rule 32766 from all lookup main',
    'rule 32767 from all lookup default',
    'rule6 0 from all lookup local',
    'rule6 32766 from all lookup main',
  ]);
});

test.each([
  [
    'default via fe80::1 dev eth0  proto kernel  metric 1024  expires 1790sec mtu 1500 advmss 1440 hoplimit 64',
    'via fe80::1 dev eth0 metric 1024',
  ],
  [
    'default via fe80::1 dev eth0 proto ra metric 1024 expires 12sec hoplimit 64 pref medium',
    'via fe80::1 dev eth0 metric 1024',
  ],
  ['default via fe80::1 dev eth0 metric 1024 pref high', 'via fe80::1 dev eth0 metric 1024 pref high'],
  ['unreachable default dev lo  table unspec  proto kernel  metric -1  error -101 hoplimit 255', undefined],
  ['local ::1 via :: dev lo  table local  proto none  metric 0  mtu 16436 advmss 16376 hoplimit 4294967295', undefined],
  ['ff00::/8 dev eth0  table local  metric 256  mtu 1500 advmss 1440 hoplimit 4294967295', undefined],
  ['fe80::/64 dev eth0  proto kernel  metric 256  mtu 1500 advmss 1440 hoplimit 4294967295', undefined],
  ['anycast 2001:db8:: dev eth0 table local proto kernel metric 0 pref medium', undefined],
])('of IPv6 routes what lasts: %s', (line, fact) => {
  lay(directory, 'proc/net/if_inet6', '');
  layProgram(directory, 'ip', `echo '${line}'`);
  expect(links('route6')).toEqual(fact === undefined ? [] : [`route6 default ${fact}`]);
});

test('a temporary address is an address like others; one that another machine has is told', () => {
  lay(directory, 'proc/net/if_inet6', '');
  layProgram(
    directory,
    'ip',
    `[ "$1" = -4 ] || printf '%s\\n' '2: eth0    inet6 2001:db8::5/64 scope global temporary dynamic \\       valid_lft 5sec' '2: eth0    inet6 2001:db8::9/64 scope global tentative dadfailed \\       valid_lft forever'`,
  );
  expect(links('address dadfailed')).toEqual([
    'address eth0 2001:db8::5/64',
    'address eth0 2001:db8::9/64',
    'dadfailed eth0 2001:db8::9/64',
  ]);
});

const ALONE = `case "$*" in
  *batch*) PATH=/usr/bin; sed '/^[0-9]*:	/,$d; /lladdr/d' ${LISTINGS}/2.6.33-ipv4.txt ;;
  '-4 -o addr show') echo '2: eth0    inet 192.0.2.10/24 scope global eth0' ;;
  '-4 -o neigh show nud permanent') ;;
  '-4 -o rule show') printf '0:\\tfrom all lookup local \\n' ;;
  '-4 -o route show table all') echo '192.0.2.0/24 dev eth0  proto kernel  scope link  src 192.0.2.10' ;;
  *) exit 9 ;;
esac`;

test('an ip that ends its batch too soon is asked one by one', () => {
  layProgram(directory, 'ip', ALONE);
  expect(links('address neighbour rule route')).toEqual([
    'address eth0 192.0.2.10/24',
    'route 192.0.2.0/24 dev eth0 scope link src 192.0.2.10',
    'rule 0 from all lookup local',
  ]);
  expect(startedIn(directory).filter((name) => name === 'ip')).toHaveLength(5);
});

test.each([
  ['fails', 'echo "Cannot send dump request" >&2; exit 1', /exit%20status%201:%20Cannot%20send/],
  ['complains and ends with 0', 'echo "1: lo    inet 127.0.0.1/8"; echo "RTNETLINK answers: No" >&2', /RTNETLINK/],
  ['hangs', 'exec sleep 30', /no%20answer%20within%201%20s/],
  ['is killed', 'kill -9 $$', /exit%20status%20137/],
  ['prints something else', 'echo "\\$(reboot) dev x"', /not%20understood/],
  ['breaks off within a line', 'echo "192.0.2.0/24 via"', /not%20understood|exit%20status/],
])('an ip that %s leaves nothing that could be taken as absent', (_what, script, why) => {
  layProgram(directory, 'ip', `PATH=/usr/bin:/bin; ${script}`);
  const said = links('address route rule port', { FACT_SECONDS: '1' });
  expect(said.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'unknown address',
    'unknown route',
    'unknown rule',
  ]);
  for (const line of said) expect(line).toMatch(why);
});

test('without ip, or without tc, only their kinds are unknown', () => {
  expect(links('link address qdisc').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'link lo kind',
    'link lo mac',
    'link lo mtu',
    'link lo state',
    expect.stringMatching(/^unknown address ip.*no%20such%20program/),
    expect.stringMatching(/^unknown qdisc tc.*no%20such%20program/),
  ]);
});

test("queues that are not the kernel's own", () => {
  layProgram(
    directory,
    'tc',
    `printf '%s\\n' 'qdisc noqueue 0: dev lo root refcnt 2 ' 'qdisc pfifo_fast 0: dev eth0 root bands 3' 'qdisc tbf 8003: dev vif3.0 root refcnt 2 rate 1Mbit ' 'qdisc ingress ffff: dev eth1 parent ffff:fff1 ---------------- ' 'qdisc netem 8004: dev eth1 parent 8003:1 limit 5' 'qdisc htb 1: dev eth2 root refcnt 2 r2q 10 default 0x10 direct_packets_stat 17 direct_qlen 1000'`,
  );
  expect(links('qdisc', { NAMES: '3 web1' })).toEqual([
    'qdisc domU:web1/0 tbf root rate 1Mbit',
    'qdisc eth1 ingress ffff: parent ffff:fff1',
    'qdisc eth1 netem parent :1 limit 5',
    'qdisc eth2 htb 1: root r2q 10 default 0x10 direct_qlen 1000',
  ]);
});
