import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Bed } from '../../../../lab/bed/bed';
import { decodeWord, encodeWord } from '../../../../lib/facts/fact';
import {
  factsOfBed,
  factsOfTree,
  installCollectors,
  lay,
  layProgram,
  layPrograms,
  startedIn,
} from '../../../helpers/facts';

jest.setTimeout(120_000);

describe('on a host', () => {
  let bed: Bed;

  beforeEach(async () => {
    bed = await Bed.open();
    installCollectors(bed);
  });

  afterEach(async () => {
    await bed.close();
  });

  async function done(...commands: readonly string[]): Promise<void> {
    const script = `PATH=/.strict/real:$PATH; set -e; ${commands.join('\n')}`;
    expect(await bed.dom0(['bash', '-c', script])).toMatchObject({ status: 0, stderr: '' });
  }
  const collect = (kinds: string, env = {}): Promise<readonly string[]> =>
    factsOfBed(bed, 'print_packet_facts', kinds, env);

  test('a host without filters has no such facts, and no table is made by asking', async () => {
    expect(await collect('firewall')).toEqual([]);
    const { stdout } = await bed.dom0(['cat', '/proc/net/ip_tables_names', '/proc/net/ip6_tables_names']);
    expect(stdout).toBe('');
  });

  test('the rules of iptables, old and new, word by word and without counters', async () => {
    await done(
      'iptables-legacy -P FORWARD DROP',
      `iptables-legacy -A FORWARD -m physdev --physdev-in vif7.0 -m comment --comment 'a "b"\n-A INPUT -j DROP' -j ACCEPT`,
      'iptables-legacy -A FORWARD -s 192.0.2.0/24 -j ACCEPT',
      'iptables-legacy -t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE',
      'ip6tables-legacy -A INPUT -j DROP',
      'iptables-nft -A INPUT -m physdev --physdev-in vif7.0 -j DROP',
    );
    const said = await collect('firewall', { NAMES: '7 web1' });
    expect(said).toEqual(
      [
        'firewall ip6tables filter FORWARD/policy ACCEPT',
        'firewall ip6tables filter INPUT/1 -j DROP',
        'firewall ip6tables filter INPUT/policy ACCEPT',
        'firewall ip6tables filter OUTPUT/policy ACCEPT',
        'firewall iptables filter FORWARD/1 -m physdev --physdev-in domU:web1/0 -m comment --comment a%20"b"%0A-A%20INPUT%20-j%20DROP -j ACCEPT',
        'firewall iptables filter FORWARD/2 -s 192.0.2.0/24 -j ACCEPT',
        'firewall iptables filter FORWARD/policy DROP',
        'firewall iptables filter INPUT/policy ACCEPT',
        'firewall iptables filter OUTPUT/policy ACCEPT',
        'firewall iptables nat INPUT/policy ACCEPT',
        'firewall iptables nat OUTPUT/policy ACCEPT',
        'firewall iptables nat POSTROUTING/1 -s 10.0.0.0/8 -j MASQUERADE',
        'firewall iptables nat POSTROUTING/policy ACCEPT',
        'firewall iptables nat PREROUTING/policy ACCEPT',
        'firewall iptables-nft filter FORWARD/policy ACCEPT',
        'firewall iptables-nft filter INPUT/1 -m physdev --physdev-in domU:web1/0 -j DROP',
        'firewall iptables-nft filter INPUT/policy ACCEPT',
        'firewall iptables-nft filter OUTPUT/policy ACCEPT',
      ].sort(),
    );
    // Frames are counted, and change nothing.
    await done('ip link set lo up', 'ip addr add 192.0.2.10/24 dev eth0', 'ping -c2 192.0.2.10 >/dev/null');
    expect(await collect('firewall', { NAMES: '7 web1' })).toEqual(said);
  });

  test("nft's rules, sets and maps, but not what changes by itself", async () => {
    await done(
      `nft -f - <<'END'
table inet guard {
  flags dormant
  set blocked { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5 } }
  set learned { type ipv4_addr; flags dynamic,timeout; timeout 1m; elements = { 192.0.2.77 } }
  map verdicts { type ipv4_addr : verdict; elements = { 192.0.2.4 : drop } }
  chain in {
    type filter hook input priority 0; policy drop;
    iifname { "vif7.0", "eth0" } tcp dport { 22, 80 } counter accept comment "a  { b"
    ip saddr @blocked drop
    ip saddr vmap @verdicts
  }
  counter seen {
  }
  chain other {
  }
}
table bridge frames {
  chain passed {
    type filter hook forward priority 0;
    ether type arp drop
  }
}
END`,
    );
    expect(await collect('firewall', { NAMES: '7 web1' })).toEqual(
      [
        'firewall nft bridge/frames passed/1 ether type arp drop',
        'firewall nft bridge/frames passed/policy type filter hook forward priority 0; policy accept;',
        'firewall nft inet/guard flags flags dormant',
        'firewall nft inet/guard in/1 iifname { eth0, domU:web1/0 } tcp dport { 22, 80 } counter accept comment a%20%20{%20b',
        'firewall nft inet/guard in/2 ip saddr @blocked drop',
        'firewall nft inet/guard in/3 ip saddr vmap @verdicts',
        'firewall nft inet/guard in/policy type filter hook input priority filter; policy drop;',
        'firewall nft inet/guard map:verdicts type ipv4_addr : verdict ; elements = { 192.0.2.4 : drop }',
        'firewall nft inet/guard set:blocked type ipv4_addr ; elements = { 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5 }',
        'firewall nft inet/guard set:learned type ipv4_addr ; flags dynamic,timeout ; timeout 1m',
      ].sort(),
    );
  });

  test('settings of all links, and of single ones where they differ', async () => {
    await done(
      'ip link add br0 type bridge; ip link set br0 up',
      'ip link add vif7.0 type veth peer name eth0.100',
      'echo 2 >/proc/sys/net/ipv4/conf/vif7.0/rp_filter',
      'echo 1 >/proc/sys/net/ipv4/conf/eth0.100/arp_ignore',
      'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6',
    );
    const said = await collect('sysctl', { NAMES: '7 web1' });
    const { stdout } = await bed.dom0(['cat', '/proc/sys/net/bridge/bridge-nf-call-iptables']);
    expect(said).toEqual(
      expect.arrayContaining([
        `sysctl net.bridge.bridge-nf-call-iptables ${stdout.trim()}`,
        'sysctl net.ipv4.conf.all.rp_filter 0',
        'sysctl net.ipv4.conf.domU:web1/0.rp_filter 2',
        'sysctl net.ipv4.conf.eth0/100.arp_ignore 1',
        'sysctl net.ipv4.ip_forward 0',
        'sysctl net.ipv6.conf.default.accept_ra 1',
        'sysctl net.ipv6.conf.eth0.disable_ipv6 1',
      ]),
    );
    expect(said.filter((line) => /conf\.(eth0|br0|eth0\/100|domU:web1\/0)\./.test(line))).toHaveLength(3);
    await done('mount -o remount,ro /');
    expect(await collect('sysctl', { NAMES: '7 web1' })).toEqual(said);
  });
});

describe('on a tree', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'packet-facts-'));
    layPrograms(directory, ['timeout', 'awk']);
    lay(directory, 'proc/modules', 'bridge 79078 0 - Live 0xffffffffa0000000\n');
    lay(directory, 'proc/sys/kernel/osrelease', '2.6.32-754.el6.x86_64\n');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const collect = (kinds: string, env = {}): readonly string[] =>
    factsOfTree(directory, 'print_packet_facts', kinds, env);

  test('no filter is asked that the kernel has not loaded', () => {
    for (const name of ['iptables-save', 'ip6tables-save', 'ebtables', 'nft', 'arptables'])
      layProgram(directory, name, 'exit 9');
    lay(directory, 'proc/net/ip_tables_names', '');
    expect(collect('firewall')).toEqual([]);
    expect(startedIn(directory)).toEqual(['awk']);
  });

  test.each([
    ['proc/net/ip_tables_names', 'filter\n', 'iptables-legacy-save'],
    ['proc/net/ip6_tables_names', 'filter\n', 'ip6tables-legacy-save'],
    ['proc/net/arp_tables_names', 'filter\n', 'arptables-legacy'],
    ['proc/modules', 'ebtable_filter 1 0 - Live 0x0\n', 'ebtables-legacy'],
    ['proc/modules', 'nf_tables 1 0 - Live 0x0\n', 'nft'],
  ])('a filter in %s (%s) is unknown without its program %s', (file, text, program) => {
    lay(directory, file, text);
    expect(collect('firewall')).toEqual([
      expect.stringMatching(new RegExp(`^unknown firewall ${program}.*no%20such%20program`)),
    ]);
  });

  test('a program for nf_tables says nothing of the old tables, and would load the new ones', () => {
    lay(directory, 'proc/net/ip_tables_names', 'filter\n');
    layProgram(directory, 'xtables-nft-multi', 'exit 9');
    symlinkSync('xtables-nft-multi', join(directory, 'bin/iptables-save'));
    expect(collect('firewall')).toEqual([expect.stringMatching(/^unknown firewall .*no%20such%20program/)]);
    expect(startedIn(directory)).not.toContain('xtables-nft-multi');
  });

  test("ebtables' and arptables' lists", () => {
    lay(directory, 'proc/modules', 'ebtable_filter 1 0 - Live 0x0\nebtable_nat 1 0 - Live 0x0\n');
    lay(directory, 'proc/net/arp_tables_names', 'filter\n');
    layProgram(
      directory,
      'ebtables',
      `[ "$2" = filter ] || { echo 'Bridge table: nat'; exit 0; }; printf '%s\\n' 'Bridge table: filter' '' 'Bridge chain: INPUT, entries: 0, policy: ACCEPT' '' 'Bridge chain: FORWARD, entries: 2, policy: DROP' '-p IPv4 -i vif7.0 -j ACCEPT ' '-p ARP -j DROP '`,
    );
    layProgram(
      directory,
      'arptables',
      `[ "$*" = '-t filter -L -n' ] || exit 9; printf '%s\\n' 'Chain IN (policy DROP)' 'target     source-ip            destination-ip' 'ACCEPT     192.0.2.0/24         anywhere' '' 'Chain own (1 references)'`,
    );
    expect(collect('firewall', { NAMES: '7 web1' })).toEqual(
      [
        'firewall arptables filter IN/1 ACCEPT 192.0.2.0/24 anywhere',
        'firewall arptables filter IN/policy DROP',
        'firewall arptables filter own/policy -',
        'firewall ebtables filter FORWARD/1 -p IPv4 -i domU:web1/0 -j ACCEPT',
        'firewall ebtables filter FORWARD/2 -p ARP -j DROP',
        'firewall ebtables filter FORWARD/policy DROP',
        'firewall ebtables filter INPUT/policy ACCEPT',
      ].sort(),
    );
  });

  test.each([
    ['breaks off', "printf '*filter\\n:INPUT ACCEPT [0:0]\\n'"],
    ['breaks off within quotes', `printf '*filter\\n-A INPUT --comment "a\\nCOMMIT\\n'`],
    ['prints something else', "printf '*filter\\nnonsense\\nCOMMIT\\n'"],
    ['fails behind its last line', "printf '*filter\\nCOMMIT\\n'; exit 1"],
    ['hangs', 'PATH=/bin exec sleep 30'],
  ])('an iptables-save that %s leaves no rules', (_what, script) => {
    lay(directory, 'proc/net/ip_tables_names', 'filter\n');
    layProgram(directory, 'iptables-save', script);
    expect(collect('firewall', { FACT_SECONDS: '1' })).toEqual([expect.stringMatching(/^unknown firewall [^ ]+$/)]);
  });

  test('a comment in a rule is one word, whatever it holds', () => {
    lay(directory, 'proc/net/ip_tables_names', 'filter\n');
    const comment = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc
        .array(fc.constantFrom('\n', '"', '\\', ' ', 'COMMIT', '-A INPUT', ':x ACCEPT', '*nat', '#', '%', '*'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(comment, (text) => {
        // As iptables-save writes it.
        const quoted = `"${text.replace(/["\\]/g, '\\$&')}"`;
        lay(
          directory,
          'rules',
          `*filter\n:INPUT ACCEPT [1:2]\n-A INPUT -m comment --comment ${quoted} -j DROP\nCOMMIT\n`,
        );
        layProgram(directory, 'iptables-save', `PATH=/bin exec cat ${directory}/rules`);
        const said = collect('firewall');
        expect(said).toEqual([
          `firewall iptables filter INPUT/1 -m comment --comment ${encodeWord(text)} -j DROP`,
          'firewall iptables filter INPUT/policy ACCEPT',
        ]);
        expect(decodeWord(said[0]?.split(' ')[7] ?? '')).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test('settings that cannot be read are unknown, and those that are not there are none', () => {
    expect(collect('sysctl')).toEqual([expect.stringMatching(/^unknown sysctl there%20is%20no/)]);
    lay(directory, 'proc/sys/net/ipv4/ip_forward', '1\n');
    expect(collect('sysctl')).toEqual(['sysctl net.ipv4.ip_forward 1']);
    rmSync(join(directory, 'proc/sys/net/ipv4/ip_forward'));
    lay(directory, 'proc/sys/net/ipv4/ip_forward/x', '');
    chmodSync(join(directory, 'proc/sys/net/ipv4/ip_forward'), 0o755);
    expect(collect('sysctl')).toEqual([expect.stringMatching(/^unknown sysctl .*cannot%20be%20read/)]);
  });

  test.each([1, 10, 100])('the settings of %d links are read by one program', (count) => {
    for (const link of ['all', 'default', ...Array.from({ length: count }, (_none, at) => `vif${at}.0`)])
      for (const key of ['rp_filter', 'arp_ignore', 'forwarding'])
        lay(directory, `proc/sys/net/ipv4/conf/${link}/${key}`, link.startsWith('vif') ? '2\n' : '0\n');
    expect(collect('sysctl', { NAMES: '0 web1' })).toHaveLength(6 + 3 * count);
    expect(startedIn(directory)).toEqual(['awk']);
  });
});
