import type { Kind } from './kinds';

/* Classes of drift that need no guest of a real Xen: in CI they are made on a host without one, in minutes. */

/** Something that stays as it is: a deploy says so once, and from then on it is no drift. */
export interface KnownKind extends Omit<Kind, 'refusal'> {
  /** What the deploy says of it. */
  readonly note: RegExp;
  /** Takes it away again. */
  readonly undo: string;
}

const SCRIPTS = '/etc/sysconfig/network-scripts';
const IFCFG = `${SCRIPTS}/ifcfg-xenbr0`;
const UPLINK = `${SCRIPTS}/ifcfg-eth0`;
const BRIDGE = 'bridge-xenbr0';
const WEB1 = 'domU-web1';

const bridge = (name: string, drift: string, reason: RegExp): Kind => ({ name, drift, unit: BRIDGE, reason });
const host = (name: string, drift: string, reason: RegExp): Kind => ({ name, drift, unit: 'host', reason });
const guest = (name: string, drift: string, reason: RegExp): Kind => ({ name, drift, unit: WEB1, reason });
const refused = (kind: Kind, phrase: string, cure: string): Kind => ({ ...kind, refusal: { phrase, cure } });

/** Of a guest that is only described, or in a file of its own, with what belongs to web1. */
const stranger = (name: string, file: string, text: string, phrase: string): Kind =>
  refused(
    guest(
      name,
      `mkdir -p ${file.slice(0, file.lastIndexOf('/'))}; printf '%s\\n' ${text} >${file}`,
      new RegExp(phrase),
    ),
    phrase,
    `mv ${file} /root/`,
  );

/** The MAC of web1. */
export const MAC_OF_WEB1 = '00:16:3e:a6:05:8f';

export const BY_HAND: readonly Kind[] = [
  bridge('a key set again, later in the file', `echo STP=on >>${IFCFG}`, /ifcfg-xenbr0: STP was changed/),
  bridge('a key that nobody promised', `echo ETHTOOL_OPTS=x >>${UPLINK}`, /ifcfg-eth0: sets ETHTOOL_OPTS/),
  bridge('a key taken out', `sed -i /^DELAY/d ${IFCFG}`, /ifcfg-xenbr0: DELAY is not set any longer/),
  bridge('a key in another case', `sed -i s/^TYPE/type/ ${IFCFG}`, /ifcfg-xenbr0: TYPE is not set any longer/),
  bridge('a value in another case', `sed -i 's/Bridge/bridge/' ${IFCFG}`, /ifcfg-xenbr0: TYPE was changed/),
  bridge('a carriage return', `sed -i 's/^IPADDR=.*/&\\r/' ${IFCFG}`, /ifcfg-xenbr0: IPADDR was changed/),
  bridge('a whole file with carriage returns', `sed -i 's/$/\\r/' ${UPLINK}`, /ifcfg-eth0: BRIDGE was changed/),
  bridge('code in the file', `echo 'if true; then STP=on; fi' >>${IFCFG}`, /ifcfg-xenbr0: has another line/),
  bridge('a NUL in the file', `printf '\\0' >>${IFCFG}`, /ifcfg-xenbr0: has another line/),
  bridge(
    'a file that the host does not start',
    `echo ONBOOT=no >>${UPLINK}`,
    /ifcfg-eth0: the interface does not start/,
  ),
  bridge('an empty file', `: >${UPLINK}`, /ifcfg-eth0: DEVICE is not set any longer/),
  bridge('another owner', `chown nobody ${IFCFG}`, /ifcfg-xenbr0: has mode and owner 0644 nobody:root/),
  bridge(
    'a link in the place of the file',
    `mv ${IFCFG} /root/moved; ln -s /root/moved ${IFCFG}`,
    /is a link to \/root\/moved/,
  ),
  refused(
    bridge(
      'a pipe in the place of the file',
      `rm ${IFCFG}; mkfifo ${IFCFG}`,
      /ifcfg-xenbr0: is no file any more, but a fifo/,
    ),
    'is no file, but fifo',
    `rm ${IFCFG}`,
  ),
  bridge('the gateway device set again', 'echo GATEWAYDEV=eth0 >>/etc/sysconfig/network', /GATEWAYDEV was changed/),
  refused(
    bridge(
      'a further address',
      'ip addr add 192.0.2.78/24 dev xenbr0',
      /xenbr0 has address 192\.0\.2\.78\/24, which nobody/,
    ),
    'take it away: ip addr del 192.0.2.78/24 dev xenbr0',
    'ip addr del 192.0.2.78/24 dev xenbr0',
  ),
  refused(
    bridge('a route', 'ip route add 203.0.113.0/24 via 192.0.2.1', /route to 203\.0\.113\.0\/24 that nobody promised/),
    'take it away: ip route del 203.0.113.0/24 via 192.0.2.1 dev xenbr0',
    'ip route del 203.0.113.0/24 via 192.0.2.1 dev xenbr0',
  ),
  refused(
    bridge('a second default route', 'ip route add default via 192.0.2.9 metric 9', /there is another default route/),
    'take it away: ip route del default via 192.0.2.9 dev xenbr0 metric 9',
    'ip route del default via 192.0.2.9 dev xenbr0 metric 9',
  ),
  refused(
    bridge(
      'a further port',
      'ip link add p1 type veth peer name p2; brctl addif xenbr0 p1',
      /p1 is a port of xenbr0 too/,
    ),
    'take it out of the bridge: brctl delif xenbr0 p1',
    'brctl delif xenbr0 p1; ip link del p1',
  ),
  { ...bridge('a bridge that is down', 'ip link set xenbr1 down', /xenbr1 is down/), unit: 'bridge-xenbr1' },
  refused(
    bridge(
      'a copy with the MAC alone',
      `echo "HWADDR=$(cat /sys/class/net/eth0/address)" >${SCRIPTS}/ifcfg-old`,
      /also describes the NIC/,
    ),
    'ifcfg-old also describes the NIC',
    `rm ${SCRIPTS}/ifcfg-old`,
  ),
  refused(
    bridge(
      'another NIC for the bridge',
      `printf 'DEVICE=eth7\\nBRIDGE=xenbr0\\n' >${SCRIPTS}/ifcfg-eth7`,
      /put a further link under/,
    ),
    'ifcfg-eth7 would put a further link under xenbr0',
    `rm ${SCRIPTS}/ifcfg-eth7`,
  ),
  refused(
    bridge(
      'an alias of the uplink',
      `printf 'DEVICE=eth0:1\\nIPADDR=192.0.2.79\\n' >${UPLINK}:1`,
      /lost under a bridge/,
    ),
    'ifcfg-eth0:1 gives an uplink a further address',
    `rm ${UPLINK}:1`,
  ),
  host('networking off, later in the file', 'echo NETWORKING=no >>/etc/sysconfig/network', /NETWORKING was changed/),
  host('another host name', 'echo HOSTNAME=other >>/etc/sysconfig/network', /HOSTNAME was changed/),
  host(
    'a sysctl set again',
    'echo net.bridge.bridge-nf-call-iptables=1 >>/etc/sysctl.conf',
    /bridge-nf-call-iptables was changed/,
  ),
  host(
    'a sysctl in its other spelling',
    'echo net/bridge/bridge-nf-call-iptables = 1 >>/etc/sysctl.conf',
    /bridge-nf-call-iptables was changed/,
  ),
  refused(
    host(
      'a sysctl in another file',
      'mkdir -p /etc/sysctl.d; echo net.bridge.bridge-nf-call-iptables=1 >/etc/sysctl.d/90.conf',
      /90\.conf: sets net/,
    ),
    '/etc/sysctl.d/90.conf: sets net.bridge.bridge-nf-call-iptables',
    'rm /etc/sysctl.d/90.conf',
  ),
  host('a setting of xl again', 'echo autoballoon=1 >>/etc/xen/xl.conf', /autoballoon was changed/),
  host(
    'the network does not start with the host',
    'chkconfig network off',
    /the service network does not start with the host/,
  ),
  host(
    'guests do not start with the host',
    'chkconfig xendomains off',
    /the service xendomains does not start with the host/,
  ),
  guest('a setting again, later in the file', "echo 'memory = 65' >>/etc/xen/web1", /web1: memory was changed/),
  guest('a setting that nobody promised', `echo 'cpus = "0"' >>/etc/xen/web1`, /web1: sets cpus/),
  guest('another MAC in the file', 'sed -i s/a6:05:8f/00:00:99/ /etc/xen/web1', /web1: vif 0 was changed/),
  guest(
    'a further vif in the file',
    `sed -i "s/^vif = \\[/&'mac=00:16:3e:00:00:77,bridge=xenbr0',/" /etc/xen/web1`,
    /web1: /,
  ),
  guest('Python in the file', 'echo "import os" >>/etc/xen/web1', /web1: has a line that xl refuses/),
  guest('a file that all may read', 'chmod 644 /etc/xen/web1', /web1: has mode and owner 0644/),
  guest(
    'a file that is a link',
    'mv /etc/xen/web1 /root/web1; ln -s /root/web1 /etc/xen/web1',
    /is a link to \/root\/web1/,
  ),
  guest(
    'a copy in the place of the autostart link',
    'rm /etc/xen/auto/web1; cp /etc/xen/web1 /etc/xen/auto/web1',
    /as it was left/,
  ),
  guest('an autostart link elsewhere', 'ln -sfn /root/x /etc/xen/auto/web1', /leads to \/root\/x/),
  stranger(
    'a copy with the same MAC',
    '/etc/xen/copy',
    `"name = 'copy'" "vif = ['mac=${MAC_OF_WEB1},bridge=xenbr0']"`,
    `/etc/xen/copy gives a guest the MAC ${MAC_OF_WEB1}`,
  ),
  stranger(
    'a copy with the MAC in capitals',
    '/etc/xen/copy',
    `"name = 'copy'" "vif = ['bridge=xenbr0, mac=${MAC_OF_WEB1.toUpperCase()}']"`,
    `/etc/xen/copy gives a guest the MAC ${MAC_OF_WEB1}`,
  ),
  stranger(
    'a copy that starts with the host',
    '/etc/xen/auto/copy',
    `"name = 'copy'" "vif = ['mac=${MAC_OF_WEB1},bridge=xenbr0']"`,
    `/etc/xen/auto/copy gives a guest the MAC ${MAC_OF_WEB1}`,
  ),
  stranger(
    'another guest with the address',
    '/etc/xen/twin',
    `"name = 'twin'" "vif = ['ip=192.0.2.21,bridge=xenbr0']"`,
    '/etc/xen/twin gives a guest the address 192.0.2.21',
  ),
];

/** What stays: files of people that initscripts read for our bridge, and what is set in the kernel and does no harm by itself. */
export const KNOWN: readonly KnownKind[] = [
  {
    ...bridge('an alias', `printf 'DEVICE=xenbr0:1\\nIPADDR=192.0.2.80\\n' >${IFCFG}:1`, /ifcfg-xenbr0:1: is there/),
    note: /ifcfg-xenbr0:1: is there; it stays as it is/,
    undo: `rm ${IFCFG}:1`,
  },
  {
    ...bridge(
      'a file of routes',
      `echo 203.0.113.0/24 via 192.0.2.1 >${SCRIPTS}/route-xenbr0`,
      /route-xenbr0: is there/,
    ),
    note: /route-xenbr0: is there; it stays as it is/,
    undo: `rm ${SCRIPTS}/route-xenbr0`,
  },
  {
    ...bridge('a file of rules', `echo from 192.0.2.0/24 table 9 >${SCRIPTS}/rule-xenbr0`, /rule-xenbr0: is there/),
    note: /rule-xenbr0: is there; it stays as it is/,
    undo: `rm ${SCRIPTS}/rule-xenbr0`,
  },
  {
    ...bridge(
      'a nailed neighbour',
      'ip neigh replace 192.0.2.200 lladdr 00:16:3e:00:00:09 dev xenbr0 nud permanent',
      /the MAC of 192\.0\.2\.200 on xenbr0 is nailed/,
    ),
    note: /is nailed to 00:16:3e:00:00:09; it stays as it is/,
    undo: 'ip neigh del 192.0.2.200 dev xenbr0',
  },
  {
    ...bridge('a queue', 'tc qdisc add dev eth0 root pfifo limit 500', /eth0 has a queue that may drop frames/),
    note: /eth0 has a queue that may drop frames, .*; it stays as it is/,
    undo: 'tc qdisc del dev eth0 root',
  },
  {
    ...bridge('an IPv6 address', 'ip addr add 2001:db8::9/64 dev xenbr0 nodad', /xenbr0 has address 2001:db8::9\/64/),
    note: /xenbr0 has address 2001:db8::9\/64, .*; it stays as it is/,
    undo: 'ip addr del 2001:db8::9/64 dev xenbr0',
  },
];

/** What is no drift, whatever it looks like. */
export const NO_DRIFT: readonly (readonly [name: string, act: string, undo?: string])[] = [
  ['other times of files', `touch ${IFCFG} ${UPLINK} /etc/xen/web1 /etc/sysctl.conf`],
  ['a remark', `echo '# a note' | tee -a ${IFCFG} /etc/xen/web1 >/dev/null`],
  ['other quotes', `sed -i s/\\x22/\\x27/g ${IFCFG}`],
  ['an exported key', `sed -i 's/^STP/export STP/' ${IFCFG}`],
  ['a log that was rotated', 'mkdir -p /var/log/xen; : >/var/log/xen/xl-web1.log.1'],
  ['a copy that is set aside by its name', `cp ${UPLINK} ${UPLINK}.bak; cp /etc/xen/web1 /etc/xen/web1.bak`],
  ['another interface', `printf 'DEVICE=eth5\\nONBOOT=yes\\nIPADDR=203.0.113.5\\n' >${SCRIPTS}/ifcfg-eth5`],
  ['a bridge for others', 'brctl addbr virbr7; ip link set virbr7 up', 'ip link set virbr7 down; brctl delbr virbr7'],
  [
    'a guest of others',
    `printf '%s\\n' "name = 'other'" "vif = ['mac=00:16:3e:00:00:01,bridge=xenbr0']" >/etc/xen/other`,
  ],
  ['what the bridge has learned', 'ping -c 1 -w 2 192.0.2.1 >/dev/null'],
  [
    "an address that IPv6's announcements bring",
    'ip addr add 2001:db8::5054:ff:feaa:1/64 dev xenbr0 nodad',
    'ip addr del 2001:db8::5054:ff:feaa:1/64 dev xenbr0',
  ],
  ['another sysctl', 'echo vm.swappiness=10 >>/etc/sysctl.conf'],
];
