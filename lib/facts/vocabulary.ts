/** One kind of fact: the first word of its lines. */
export interface FactKind {
  /** The first word. */
  readonly kind: string;
  /** What the words behind it name: two facts with the same subject are about the same thing. */
  readonly subject: readonly string[];
  /** What the words behind the subject say, or none if a fact of this kind says no more than that it is there. */
  readonly value?: string;
  /** For the reader of a manual page: what the fact means. */
  readonly meaning: string;
  /** Where it is read. */
  readonly source: string;
}

/**
 * All kinds of facts. The collector on the host (lib/runtime/host/facts) prints these and no others; parser, comparison
 * and docs follow this table.
 */
export const FACT_KINDS: readonly FactKind[] = [
  {
    kind: 'link',
    subject: ['name', 'attribute'],
    value: 'value',
    meaning:
      'a network interface: kind (nic, bridge, bond, vlan, vif, tap, veth, dummy, loopback or what the kernel calls it), state (up or down, as an administrator set it), mac, mtu. The vif of a guest is called domU:NAME/INDEX, its emulated twin domU:NAME/INDEX-emu',
    source: 'ip link, /sys/class/net',
  },
  {
    kind: 'bridge',
    subject: ['name', 'option'],
    value: 'value',
    meaning:
      "an option of a bridge, by initscripts' or the kernel's name: stp (on or off), delay, hello, max-age and ageing (seconds), priority, multicast_snooping, vlan_filtering (0 or 1)",
    source: '/sys/class/net/NAME/bridge',
  },
  {
    kind: 'port',
    subject: ['bridge', 'link'],
    meaning: 'a link that is a port of a bridge',
    source: '/sys/class/net/BRIDGE/brif',
  },
  {
    kind: 'port-option',
    subject: ['bridge', 'link', 'option'],
    value: 'value',
    meaning:
      'an option of a port: state (disabled, listening, learning, forwarding, blocking), cost, priority, hairpin, isolated, learning, flood (0 or 1)',
    source: '/sys/class/net/BRIDGE/brif/LINK',
  },
  {
    kind: 'bond',
    subject: ['name', 'option'],
    value: 'value',
    meaning: 'an option of a bond: mode, miimon, primary, lacp_rate, xmit_hash_policy, arp_interval, arp_ip_target',
    source: '/sys/class/net/NAME/bonding',
  },
  {
    kind: 'slave',
    subject: ['bond', 'link'],
    meaning: 'a link that is a slave of a bond',
    source: '/sys/class/net/BOND/bonding/slaves',
  },
  {
    kind: 'vlan',
    subject: ['name'],
    value: 'link and id',
    meaning: 'a VLAN link: the link below it, and its id',
    source: '/proc/net/vlan/config',
  },
  {
    kind: 'address',
    subject: ['link', 'address'],
    meaning:
      'an address with its prefix length, IPv4 or IPv6; of a point-to-point link as ADDRESS,PEER/LENGTH. Whether it lasts is left out',
    source: 'ip addr',
  },
  {
    kind: 'dadfailed',
    subject: ['link', 'address'],
    meaning: 'an IPv6 address that the kernel does not use, since another machine on the link has it',
    source: 'ip -6 addr',
  },
  {
    kind: 'route',
    subject: ['destination'],
    value: "ip's words",
    meaning:
      'an IPv4 route, of the main table unless its words name another one: type, via, dev, table, scope, src, metric, then others. What the kernel makes for addresses in the table local is left out',
    source: 'ip -4 route show table all',
  },
  {
    kind: 'route6',
    subject: ['destination'],
    value: "ip's words",
    meaning:
      'an IPv6 route, likewise; without times and MTU, and without the fe80::/64 and ff00::/8 that the kernel makes for each link',
    source: 'ip -6 route show table all',
  },
  {
    kind: 'rule',
    subject: ['priority'],
    value: "ip's words",
    meaning: 'a rule that chooses a table of IPv4 routes',
    source: 'ip -4 rule',
  },
  {
    kind: 'rule6',
    subject: ['priority'],
    value: "ip's words",
    meaning: 'a rule that chooses a table of IPv6 routes',
    source: 'ip -6 rule',
  },
  {
    kind: 'neighbour',
    subject: ['link', 'address'],
    value: 'mac',
    meaning: 'a MAC that is nailed to an address, or none; what the host learned is no fact',
    source: 'ip neigh, PERMANENT alone',
  },
  {
    kind: 'qdisc',
    subject: ['link'],
    value: "tc's words",
    meaning:
      "a queue of a link that is not the kernel's own (handle 0:): it may delay or drop frames. A handle that tc chose (from 8001:) is left out",
    source: 'tc qdisc',
  },
  {
    kind: 'firewall',
    subject: ['program', 'table', 'position'],
    value: "the program's words",
    meaning:
      'a rule or a policy of a packet filter that is loaded, by iptables, ip6tables, arptables, ebtables or nft, or iptables-nft and its like. The position is CHAIN/NUMBER or CHAIN/policy; a table of nft is FAMILY/NAME, and has other objects as TYPE:NAME. Counters are left out, and what a set learns from packets',
    source: 'iptables-save and its like, only if the kernel has such a table already',
  },
  {
    kind: 'sysctl',
    subject: ['name'],
    value: 'value',
    meaning:
      'a setting of the running kernel that decides about frames, addresses or routes, by its name in sysctl. Of a link (net.ipv4.conf, net.ipv6.conf) only if it differs from default; a vif is called as in a link',
    source: '/proc/sys',
  },
  {
    kind: 'service',
    subject: ['name'],
    value: 'on, off, or off masked',
    meaning:
      'whether a service starts with the host, in the runlevel that the host boots into. A unit of systemd has its suffix in its name; without a fact it is not enabled',
    source: '/etc/rc.d/rcN.d, /etc/inittab; systemd: links in /etc/systemd/system',
  },
  {
    kind: 'subsys',
    subject: ['service'],
    meaning:
      'an init script has started the service, by its lock file. Without one the shutdown of the host does not stop the service',
    source: '/var/lock/subsys',
  },
  {
    kind: 'file',
    subject: ['path'],
    value: 'mode, owner:group, content',
    meaning:
      'a file that initscripts, Xen, xendomains or this tool act on, or that a link among these leads to. Content is sha256:HASH, link:TARGET, directory, large:BYTES (more than 1 MiB), or the type of anything else: fifo, socket, char, block',
    source: 'find, sha256sum',
  },
  {
    kind: 'key',
    subject: ['file', 'key'],
    value: 'value',
    meaning:
      'a setting as the program that reads the file has it: the last assignment wins, quotes are taken off as the shell, sysctl or xl do, a carriage return is part of the value. A value that may be secret is sha256:HASH. A value that only running the file would tell is ?TEXT',
    source: 'the file',
  },
  {
    kind: 'onboot',
    subject: ['file'],
    value: 'yes, no or ?TEXT',
    meaning:
      'whether initscripts start the interface of an ifcfg file with the host. They look for a line that begins with ONBOOT=no, and ifup asks the value that the shell has',
    source: 'the file',
  },
  {
    kind: 'line',
    subject: ['file', 'text'],
    meaning:
      'a line that sets no key and is no comment: of a route or rule file, or one that is odd where it stands. What may be secret in it is sha256:HASH',
    source: 'the file',
  },
  {
    kind: 'xen',
    subject: ['name'],
    value: 'value',
    meaning:
      'what Xen says of itself: toolstack (xl or xm), version. Its hypervisor is none if a host that has a toolstack was booted without Xen: then no domain runs',
    source: 'xl info, xm info',
  },
  {
    kind: 'domain',
    subject: ['name', 'attribute'],
    value: 'value',
    meaning:
      'a domain that runs, of this tool or not: state (running, paused, crashed, shut-down, dying), memory (MiB that it was told to have; of dom0 what the list says), vcpus, uuid',
    source: 'xl list or xm list, xenstore',
  },
  {
    kind: 'vif',
    subject: ['domain', 'index', 'attribute'],
    value: 'value',
    meaning:
      'a network interface of a running domain that dom0 serves: mac, bridge, ip, script, type, rate, vifname. One that another domain serves (a driver domain) is not known',
    source: 'xenstore, the part that dom0 writes',
  },
  {
    kind: 'disk',
    subject: ['domain', 'vdev', 'attribute'],
    value: 'value',
    meaning:
      'a disk of a running domain that dom0 serves: target, format (if the target says one), mode (r or w, or w! of xm), type, device-type (disk or cdrom); device, if there is no target',
    source: 'xenstore, the part that dom0 writes',
  },
  {
    kind: 'config',
    subject: ['file', 'key'],
    value: 'value',
    meaning:
      "a setting in a guest's configuration, as xl reads it: the last assignment wins; a list word by word between [ and ], but lists of vifs and disks. Passwords are sha256:HASH",
    source: '/etc/xen, /etc/xen/auto and what it leads to',
  },
  {
    kind: 'config-vif',
    subject: ['file', 'index', 'attribute'],
    value: 'value',
    meaning:
      "a vif of a guest's configuration: mac, bridge, ip, script, type, model and what else it says. A blank in front of a word does not count, one behind it does. A word without = has no value, and a vif without words has one empty word",
    source: 'the same',
  },
  {
    kind: 'config-disk',
    subject: ['file', 'vdev', 'attribute'],
    value: 'value',
    meaning:
      "a disk of a guest's configuration: target, format, mode, device-type, with what xl takes for granted, and what else it says. A disk that xl refuses has vdev ?POSITION and its text as odd",
    source: 'the same',
  },
  {
    kind: 'config-odd',
    subject: ['file', 'text'],
    meaning:
      "a line of a guest's configuration that is not xl's grammar, such as Python for xm: xl refuses the whole file. A line that may hold a secret is sha256:HASH",
    source: 'the same',
  },
  {
    kind: 'autostart',
    subject: ['name'],
    value: 'target',
    meaning: 'a guest that xendomains starts with the host: the name in /etc/xen/auto, and the file that it leads to',
    source: '/etc/xen/auto',
  },
  {
    kind: 'saved',
    subject: ['path'],
    meaning: 'the saved memory of a guest, which xendomains restores with the host; its name is the guest',
    source: "xendomains' folders",
  },
  {
    kind: 'unknown',
    subject: ['what'],
    value: 'why, then what it is about if it is not all of the kind',
    meaning:
      'what could not be asked: a kind, or what a kind says about one file. Those facts are missing then, and none of them may be taken as absent',
    source: 'the program that failed',
  },
];
