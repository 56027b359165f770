import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeWord } from '../../../../lib/facts/fact';
import {
  factsOfTree,
  lay,
  layLink,
  layProgram,
  layPrograms,
  layVif,
  replayIp,
  startedIn,
} from '../../../helpers/facts';

/* Links of kinds that this kernel need not have, on a tree laid out as /sys and /proc. */

jest.setTimeout(120_000);

const EVERYTHING = 'link bridge port port-option bond slave vlan address dadfailed route route6 rule rule6 neighbour';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'link-facts-'));
  mkdirSync(join(directory, 'sys/bus/xen-backend'), { recursive: true });
  layPrograms(directory, ['timeout', 'awk']);
  layLink(directory, 'lo', { type: '772', flags: '0x9', address: '00:00:00:00:00:00', mtu: '65536' });
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const links = (kinds: string, env = {}): readonly string[] => factsOfTree(directory, 'print_link_facts', kinds, env);

test('each kind of link is told from /sys and /proc, without another program', () => {
  layLink(directory, 'eth0', {});
  mkdirSync(join(directory, 'sys/class/net/eth0/device'));
  layLink(directory, 'xenbr0', { 'bridge/stp_state': '1', flags: '0x1002' });
  layLink(directory, 'bond0', {
    'bonding/mode': 'active-backup 1',
    'bonding/slaves': 'eth0 eth1',
    'bonding/primary': '',
  });
  layLink(directory, 'eth0.100', {});
  lay(directory, 'proc/net/vlan/eth0.100', '');
  layLink(directory, 'vlan7', { uevent: 'DEVTYPE=vlan\nINTERFACE=vlan7' });
  layLink(directory, 'tap3.0', { tun_flags: '0x1002' });
  layLink(directory, 'tun0', { tun_flags: '0x1001', address: '' });
  layVif(directory, 'vif3.0', 'vif-3-0');
  expect(links('link').filter((line) => / (kind|state) /.test(line))).toEqual([
    'link bond0 kind bond',
    'link bond0 state up',
    'link eth0 kind nic',
    'link eth0 state up',
    'link eth0.100 kind vlan',
    'link eth0.100 state up',
    'link lo kind loopback',
    'link lo state up',
    'link tap3.0 kind tap',
    'link tap3.0 state up',
    'link tun0 kind tun',
    'link tun0 state up',
    'link vif3.0 kind vif',
    'link vif3.0 state up',
    'link vlan7 kind vlan',
    'link vlan7 state up',
    'link xenbr0 kind bridge',
    'link xenbr0 state down',
  ]);
  expect(links('link')).toContain('link eth0 mac 52:54:00:aa:00:01');
  expect(links('link').filter((line) => line.startsWith('link tun0 mac'))).toEqual([]);
  expect(new Set(startedIn(directory))).toEqual(new Set(['awk']));
});

test('a link that /sys does not tell is what ip says', () => {
  layLink(directory, 'v1');
  layLink(directory, 'odd@name');
  layLink(directory, 'plain');
  const line = (name: string, kind: string): string =>
    `5: ${name}: <BROADCAST> mtu 1500 qdisc noop state DOWN \\\\    link/ether 52:54:00:aa:00:01 brd ff:ff:ff:ff:ff:ff${kind}`;
  layProgram(
    directory,
    'ip',
    `printf '%b\\n' '${line('v1@v0', '\\\\    veth ')}' '${line('odd@name', '\\\\    dummy ')}' '${line('plain', '')}'`,
  );
  expect(links('link').filter((one) => one.includes(' kind '))).toEqual([
    'link lo kind loopback',
    'link odd@name kind dummy',
    'link plain kind other',
    'link v1 kind veth',
  ]);
  layProgram(directory, 'ip', 'echo broken');
  expect(links('link')).toEqual(['unknown link this%20is%20not%20understood:%20broken']);
});

test("a bond's options and slaves, and VLANs with names of any length", () => {
  layLink(directory, 'bond0', {
    'bonding/mode': '802.3ad 4',
    'bonding/miimon': '100',
    'bonding/lacp_rate': 'slow 0',
    'bonding/xmit_hash_policy': 'layer2 0',
    'bonding/primary': '',
    'bonding/slaves': 'eth0 eth1',
  });
  lay(
    directory,
    'proc/net/vlan/config',
    'VLAN Dev name\t | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\neth0.100       | 100  | eth0\neth0.1234567890| 7  | eth|0\n',
  );
  expect(links('bond slave vlan')).toEqual([
    'bond bond0 lacp_rate slow',
    'bond bond0 miimon 100',
    'bond bond0 mode 802.3ad',
    'bond bond0 xmit_hash_policy layer2',
    'slave bond0 eth0',
    'slave bond0 eth1',
    'vlan eth0.100 eth0 100',
    'vlan eth0.1234567890 eth|0 7',
  ]);
  lay(directory, 'proc/net/vlan/config', 'nonsense\n');
  expect(links('vlan')).toEqual([expect.stringMatching(/^unknown vlan .*says%20nonsense$/)]);
});

test('a guest has its name, whatever its id, on every fact', () => {
  const collect = (id: number): readonly string[] => {
    for (const [name, device] of [
      [`vif${id}.0`, `vif-${id}-0`],
      ['custom', `vif-${id}-1`],
    ] as const)
      layVif(directory, name, device);
    layLink(directory, `tap${id}.0`, { tun_flags: '0x1002' });
    layLink(directory, 'custom-emu', { tun_flags: '0x1002' });
    layLink(directory, 'vif99.0', { tun_flags: '0x1002' });
    layLink(directory, 'xenbr0', { 'bridge/stp_state': '0', [`brif/vif${id}.0/state`]: '3', 'brif/custom/state': '2' });
    layProgram(
      directory,
      'ip',
      `printf '%s\\n' '0:	from all iif vif${id}.0 lookup main' '192.0.2.9 dev vif${id}.0 scope link'`,
    );
    const said = links('link port port-option rule route', { NAMES: `0 Domain-0\n${id} web%201` });
    rmSync(join(directory, 'sys/class/net'), { recursive: true, force: true });
    rmSync(join(directory, 'sys/devices'), { recursive: true, force: true });
    layLink(directory, 'lo', { type: '772', address: '00:00:00:00:00:00', mtu: '65536' });
    return said;
  };
  const first = collect(3);
  expect(first).toEqual(
    expect.arrayContaining([
      'link domU:web%201/0 kind vif',
      'link domU:web%201/0-emu kind tap',
      'link domU:web%201/1 kind vif',
      'link domU:web%201/1-emu kind tap',
      'link vif99.0 kind tap',
      'port xenbr0 domU:web%201/0',
      'port-option xenbr0 domU:web%201/1 state learning',
      'rule 0 from all iif domU:web%201/0 lookup main',
      'route 192.0.2.9 dev domU:web%201/0 scope link',
    ]),
  );
  expect(collect(41)).toEqual(first);
});

test.each([
  ['0x3', '1500', []],
  ['0x1', '', ['unknown link eth0%20has%20flags%200x1%20and%20mtu%20']],
  ['a[$(reboot)]', '1500', ['unknown link eth0%20has%20flags%20a[$%28reboot%29]%20and%20mtu%201500']],
])('flags %s and MTU "%s" are read or unknown, and never evaluated', (flags, mtu, unknown) => {
  layLink(directory, 'eth0', { flags, mtu });
  mkdirSync(join(directory, 'sys/class/net/eth0/device'));
  expect(links('link').filter((line) => line.startsWith('unknown'))).toEqual(
    unknown.map((line) => line.replace('%28', '(').replace('%29', ')')),
  );
});

test.each([
  ['0', '0'],
  ['7', '0.07'],
  ['150', '1.5'],
  ['1500', '15'],
  ['30001', '300.01'],
])('%s hundredths of a second are %s s', (hundredths, seconds) => {
  layLink(directory, 'xenbr0', { 'bridge/stp_state': '0', 'bridge/forward_delay': hundredths });
  expect(links('bridge')).toEqual([`bridge xenbr0 delay ${seconds}`, 'bridge xenbr0 stp off']);
});

test('a bridge that says something else is unknown, and no host without links is without bridges', () => {
  layLink(directory, 'xenbr0', { 'bridge/stp_state': '0', 'bridge/forward_delay': '-1' });
  expect(links('bridge')).toEqual([expect.stringMatching(/^unknown bridge .*forward_delay%20says%20-1$/)]);
  rmSync(join(directory, 'sys/class/net'), { recursive: true, force: true });
  expect(links('bridge port').map((line) => line.split(' ').slice(0, 2))).toEqual([
    ['unknown', 'bridge'],
    ['unknown', 'port'],
  ]);
});

test('links with any name that a kernel takes keep it', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .map((one) => one.replace(/[^!-~\u00a1-\u024f]|\//gu, ''))
    .filter((one) => one !== '' && one !== '.' && one !== '..' && one !== 'lo' && !/^(tap|vif)/.test(one));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 30 }), (names) => {
      for (const one of names) layLink(directory, one, { tun_flags: '0x1002', 'brif/lo/state': '3' });
      const said = links('link port');
      for (const one of names) rmSync(join(directory, 'sys/class/net', one), { recursive: true, force: true });
      expect(said.filter((line) => line.includes(' kind tap'))).toEqual(
        names.map((one) => `link ${encodeWord(one)} kind tap`).sort((a, b) => (a < b ? -1 : 1)),
      );
    }),
    { numRuns: 30 },
  );
});

test('without awk everything is unknown', () => {
  rmSync(join(directory, 'bin/awk'));
  lay(directory, 'bin/awk', '#!/bin/bash\nexit 3\n', 0o755);
  expect(links('link route')).toEqual(['unknown link awk-failed', 'unknown route awk-failed']);
});

test.each([1, 10, 100])('with %d guests as few programs start as with one', (guests) => {
  for (let id = 1; id <= guests; id += 1) layVif(directory, `vif${id}.0`, `vif-${id}-0`);
  replayIp(directory, '2.6.33');
  layProgram(directory, 'tc', ':');
  const said = links(`${EVERYTHING} qdisc`, {
    NAMES: Array.from({ length: guests }, (_none, at) => `${at + 1} web${at + 1}`).join('\n'),
  });
  expect(said).toContain(`link domU:web${guests}/0 state up`);
  expect(startedIn(directory)).toEqual(['awk', 'ip', 'ip', 'tc', 'timeout', 'timeout', 'timeout']);
});

test('nothing is asked that is not wanted', () => {
  expect(links('domain')).toEqual([]);
  expect(() => startedIn(directory)).toThrow('ENOENT');
});
