import {
  ADDRESS,
  bridge,
  CANONICAL,
  changed,
  NETWORK,
  network,
  nic,
  RESTART,
  SCRIPTS,
  START,
  STOP,
  type Case,
  ETH0,
  pair,
} from '../case';

const resolvConf = { '/etc/resolv.conf': 'search old.example\nnameserver 203.0.113.1\n' };
const route = (text: string, device = 'xenbr0'): Case['files'] => ({ [`${SCRIPTS}/route-${device}`]: text });

/** What the keys of a bridge and its addresses do. */
export const SETTING_CASES: readonly Case[] = [
  { id: '04a', title: 'a bridge without DELAY has a forward delay of 15 seconds', files: pair(), steps: [START] },
  {
    id: '04b',
    title: 'a DELAY of 0 with STP on becomes 2',
    files: pair('STP=on', 'DELAY=0'),
    steps: [START, 'ifup xenbr0'],
  },
  {
    id: '04d',
    title: 'bridging options set the priority and the snooping',
    files: pair('STP=yes', 'DELAY=5', 'BRIDGING_OPTS="hello_time=200 priority=4096 multicast_snooping=0"'),
    steps: [START],
  },
  {
    id: '04e',
    title: 'PRIO and AGEING work',
    files: pair('STP=no', 'DELAY=31', 'PRIO=100', 'AGEING=60'),
    steps: [START],
  },
  {
    id: '04f',
    title: 'a DELAY and an STP that are nonsense are passed over with exit status 0',
    files: pair('STP=true', 'DELAY=abc'),
    steps: [START],
  },
  {
    id: '07a',
    title: 'an MTU on both goes to both',
    files: {
      ...NETWORK,
      ...nic('eth0', 'BRIDGE=xenbr0', 'MTU=9000'),
      ...bridge('xenbr0', ...ADDRESS, 'MTU=9000', 'DELAY=0'),
    },
    steps: [START, { vif: 'vif1.0', bridge: 'xenbr0' }, RESTART],
  },
  {
    id: '07b',
    title: 'an MTU on the bridge only leaves the uplink behind',
    files: pair('MTU=9000', 'DELAY=0'),
    steps: [START],
  },
  {
    id: '07c',
    title: 'an MTU on the uplink only takes the bridge along',
    files: { ...CANONICAL, ...nic('eth0', 'BRIDGE=xenbr0', 'MTU=9000') },
    steps: [START],
  },
  {
    id: '09',
    title: 'the routes of a bridge are in its own route file',
    files: {
      ...CANONICAL,
      ...route('# old style\n203.0.113.0/24 via 192.0.2.253 dev xenbr0\n203.0.114.0/24 via 192.0.2.253\n'),
    },
    steps: [START, RESTART],
  },
  {
    id: '09b',
    title: 'numbered routes end at the first gap',
    files: {
      ...CANONICAL,
      ...route(
        'ADDRESS0=203.0.113.0\nNETMASK0=255.255.255.0\nGATEWAY0=192.0.2.253\nADDRESS2=203.0.115.0\nNETMASK2=255.255.255.0\nGATEWAY2=192.0.2.253\n',
      ),
    },
    steps: [START],
  },
  {
    id: '09c',
    title: 'the route file of an uplink is never read',
    files: { ...CANONICAL, ...route('203.0.113.0/24 via 192.0.2.253 dev xenbr0\n', 'eth0') },
    steps: [START],
  },
  {
    id: '09d',
    title: 'in a route file of both styles the numbered one wins',
    files: {
      ...CANONICAL,
      ...route(
        'ADDRESS0=203.0.113.0\nNETMASK0=255.255.255.0\nGATEWAY0=192.0.2.253\n203.0.114.0/24 via 192.0.2.253 dev xenbr0\n',
      ),
    },
    steps: [START],
  },
  {
    id: '10',
    title: 'the name servers of a bridge replace those of resolv.conf and leave with it',
    files: { ...pair('DELAY=0', 'DNS1=192.0.2.53', 'DNS2=192.0.2.54', 'DOMAIN=example.test'), ...resolvConf },
    steps: [START, RESTART, STOP],
  },
  {
    id: '10b',
    title: 'PEERDNS=no leaves resolv.conf alone',
    files: { ...pair('DELAY=0', 'DNS1=192.0.2.53', 'DOMAIN=example.test', 'PEERDNS=no'), ...resolvConf },
    steps: [START, STOP],
  },
  {
    id: '10c',
    title: 'a name server on the uplink is ignored',
    files: { ...CANONICAL, ...nic('eth0', 'BRIDGE=xenbr0', 'DNS1=192.0.2.53'), ...resolvConf },
    steps: [START],
  },
  {
    id: '10d',
    title: 'name servers without DOMAIN keep the search list',
    files: { ...pair('DELAY=0', 'DNS1=192.0.2.53'), ...resolvConf },
    steps: [START, START, STOP],
  },
  {
    id: '18',
    title: 'numbered addresses all go to the bridge',
    files: {
      ...NETWORK,
      ...ETH0,
      ...bridge('xenbr0', 'IPADDR0=192.0.2.10', 'PREFIX0=24', 'IPADDR1=192.0.2.12', 'PREFIX1=24', 'DELAY=0'),
    },
    steps: [START],
  },
  {
    id: '18b',
    title: 'an alias file adds an address',
    files: {
      ...CANONICAL,
      [`${SCRIPTS}/ifcfg-xenbr0:1`]: 'DEVICE=xenbr0:1\nIPADDR=192.0.2.12\nNETMASK=255.255.255.0\n',
    },
    steps: [START, STOP],
  },
  {
    id: '18c',
    title: 'an unnumbered address goes together with numbered ones',
    files: pair('DELAY=0', 'IPADDR1=192.0.2.12', 'PREFIX1=24'),
    steps: [START],
  },
  {
    id: '18d',
    title: 'PREFIX beats NETMASK',
    files: pair('PREFIX=25', 'DELAY=0', 'GATEWAY=192.0.2.100'),
    steps: [START],
  },
  {
    id: '20',
    title: 'sysctl.conf turns netfilter off on bridges',
    files: {
      ...CANONICAL,
      '/etc/sysctl.conf':
        'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-ip6tables = 0\nnet.bridge.bridge-nf-call-iptables = 0\nnet.bridge.bridge-nf-call-arptables = 0\nnet.no.such.key = 1\n',
    },
    steps: [START, STOP],
  },
  {
    id: '21',
    title: 'NOZEROCONF leaves the link-local route out',
    files: pair('DELAY=0', 'NOZEROCONF=yes'),
    steps: [START],
  },
  {
    id: '24',
    title: 'a gateway in the file of the bridge is as good',
    files: { ...pair('GATEWAY=192.0.2.254', 'DELAY=0'), ...network() },
    steps: [START],
  },
  {
    id: '25',
    title: 'a netmask that is none leaves the bridge without an address and exit status 0',
    files: changed(CANONICAL, 'ifcfg-xenbr0', 'NETMASK=255.255.255.0', 'NETMASK=255.0.255.0'),
    steps: [START],
  },
  {
    id: '26',
    title: 'a gateway outside the subnet gives no default route and exit status 0',
    files: { ...CANONICAL, ...network('GATEWAY=198.51.100.1') },
    steps: [START],
  },
  {
    id: '27',
    title: 'MACADDR pins the address of a bridge',
    files: pair('MACADDR=02:16:3E:00:00:01', 'DELAY=0'),
    steps: [START, RESTART],
  },
  {
    id: 'in-use',
    title: 'an address that somebody else has is refused, and the bridge stays up without it',
    files: CANONICAL,
    steps: [{ neighbour: '192.0.2.10/24' }, START, 'ifup xenbr0', STOP],
  },
  {
    id: 'in-use2',
    title: 'ARPCHECK=no takes an address that somebody else has',
    files: pair('DELAY=0', 'ARPCHECK=no'),
    steps: [{ neighbour: '192.0.2.10/24' }, START],
  },
  {
    id: '18e',
    title: 'an alias with ONPARENT=no waits to be asked for',
    files: {
      ...pair('DELAY=0', 'ARPCHECK=no'),
      [`${SCRIPTS}/ifcfg-xenbr0:1`]: 'DEVICE=xenbr0:1\nIPADDR=192.0.2.12\n',
      [`${SCRIPTS}/ifcfg-xenbr0:2`]: 'DEVICE=xenbr0:2\nIPADDR=192.0.2.13\nPREFIX=25\nONPARENT=no\n',
    },
    steps: [START, 'ifup xenbr0:2', 'ifdown xenbr0:1'],
  },
  {
    id: '10e',
    title: 'options and comments of resolv.conf survive, in another order',
    files: {
      ...pair('DELAY=0', 'ARPCHECK=no', 'DNS1=192.0.2.53', 'DOMAIN=example.test'),
      '/etc/resolv.conf': '# mine\nsearch old.example\noptions rotate\nnameserver 203.0.113.1\n',
    },
    steps: [START, 'ifup xenbr0', 'cat /etc/resolv.conf.save', STOP],
  },
  {
    id: '13f',
    title: 'a GATEWAYDEV without a gateway is a route to the wire',
    files: { ...pair('DELAY=0', 'ARPCHECK=no'), ...network('GATEWAYDEV=xenbr0') },
    steps: [START],
  },
  {
    id: '18f',
    title: 'an address changed under a bridge that is up comes on top of the old one',
    files: pair('DELAY=0', 'ARPCHECK=no'),
    steps: [
      START,
      `sed -i s/192.0.2.10/192.0.2.44/ ${SCRIPTS}/ifcfg-xenbr0; ifup xenbr0`,
      `sed -i s/255.255.255.0/255.255.255.128/ ${SCRIPTS}/ifcfg-xenbr0; ifup xenbr0`,
      RESTART,
    ],
  },
  {
    id: '04g',
    title: 'bridging options of an uplink go to its port',
    files: { ...pair('DELAY=0', 'ARPCHECK=no'), ...nic('eth0', 'BRIDGE=xenbr0', 'BRIDGING_OPTS="hairpin_mode=1"') },
    steps: [START, 'cat /sys/class/net/eth0/brport/hairpin_mode'],
  },
];
