import { runtimeFiles } from '../helpers/runtime-files';

/* There is one way to look at a host: host/facts. What still asks for itself is listed, and the list only gets shorter. */

/** A command, or a file of the kernel, that tells how the host is. */
const ASKS =
  /\bip(?: -[a-z46]+)* (?:addr|address|route|link|neigh|rule)(?: show)?\b(?! (?:add|del|set|replace|flush))|\bbrctl show|\$NET\/|\/sys\/class\/net|\/proc\/(?:net|sys)\/|\bxl (?:list|info|vcpu-list|network-list|block-list|domid|domname)\b|\bxenstore-(?:read|ls|list)\b|\btc qdisc show\b|\b(?:ip|ip6|arp|eb)tables\b/;

/**
 * Lines outside of host/facts that ask, by file. What a switch does and undoes step by step, what it would lose, and what
 * a running guest can be given now is asked there, between the looks.
 */
const LEFT: Readonly<Record<string, number>> = {
  'host/copy/source.sh': 1,
  'host/disk/apply.sh': 1,
  'host/disk/users.sh': 1,
  'host/guest/change.sh': 3,
  'host/guest/reboot.sh': 1,
  'host/network/losses.sh': 5,
  'host/network/preflight.sh': 3,
  'host/network/restore.sh': 2,
  'host/network/route-losses.sh': 3,
  'host/network/snapshot.sh': 7,
  'host/network/switch.sh': 4,
  'host/network/xen.sh': 1,
  'host/unit/host.sh': 2,
};

/** Lines of a file that ask; comments, messages and cures do not. */
const asking = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !/^\s*#|^(?:cure|foreign|missing|differs|idle|asleep) .*\| /.test(line))
    .map((line) => line.replace(/'[^']*'|"[^"$]*"/g, ''))
    .filter((line) => !/^\s*(?:fail|say|answer)\b/.test(line) && ASKS.test(line));

const found = (files: Readonly<Record<string, string>>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(files)
      .filter(([file]) => file.startsWith('host/') && !file.startsWith('host/facts/'))
      .map(([file, text]) => [file, asking(text).length] as const)
      .filter(([, count]) => count > 0),
  );

test('a host is looked at in one room, and what still asks elsewhere is known', () => {
  expect(found(runtimeFiles())).toEqual(LEFT);
});

test('each way to ask is found, and a word about it is not', () => {
  const ways = [
    'x=$(ip -o -4 addr show)',
    'ip route | awk 1',
    'brctl show',
    'read -r x <"$NET/eth0/flags"',
    'xl list',
    'timeout 3 xenstore-ls -f /',
    'tc qdisc show dev eth0',
    'iptables -S',
    'cat /proc/net/dev',
  ];
  for (const way of ways) expect({ way, found: asking(way).length }).toEqual({ way, found: 1 });
  for (const word of ['# ip addr show', "fail 'see xl list'", 'ip addr add 192.0.2.1/24 dev br0', 'xl create x'])
    expect({ word, found: asking(word).length }).toEqual({ word, found: 0 });
});
