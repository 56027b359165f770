import { PlainHost } from '../../../../lab/bed/plain-host';
import { openEstate, treeOf } from '../../../../lab/bed/many-hosts';

// One host for all of them; each puts back what it has changed.
jest.setTimeout(120_000);

const SCRIPTS = '/etc/sysconfig/network-scripts';
const UNITS = '/srv/hosts/xen001/units';
/** The host's own /etc/xen, with what Xen's stand-ins say. */
const XEN = '/srv/hosts/xen001/xen';

let host: PlainHost;
let tree: string;

beforeAll(async () => {
  host = await PlainHost.open({});
  tree = treeOf(await openEstate(host, 1), 'xen001');
  await host.onHost(`mkdir /root/kept; cp -a ${XEN} ${UNITS} ${SCRIPTS} /etc/sysctl.conf /root/kept/`);
});

afterAll(async () => {
  await host.close();
});

/** Reasons and what waits, each behind its unit; the units that have none are left out. */
async function report(): Promise<string[]> {
  const { status, stdout, stderr } = await host.bed.lan([
    'bash',
    `${tree}/../../../runtime/deployer/observe.sh`,
    'xen001',
    'report',
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  let unit = '';
  return stdout.split('\n').flatMap((line) => {
    if (line.startsWith('unit ')) unit = line.slice(5);
    return /^(reason|waits) /.test(line) ? [`${unit} ${line}`] : [];
  });
}

const IFCFG = `${SCRIPTS}/ifcfg-xenbr0`;
const DEFAULT = 'default via 192.0.2.1 dev xenbr0';
const WEB1 = '00:16:3e:e7:6f:5b';
const INTERN1 = '00:16:3e:89:f0:96';

/** What somebody does to the host, how to undo what is not a file of the kept ones, and what a probe says of it. */
const CASES: readonly (readonly [what: string, done: string, undo: string, said: readonly string[]])[] = [
  ['nothing', 'true', '', []],
  [
    'a key with another value',
    "sed -i 's/^\\(net.bridge.bridge-nf-call-iptables\\).*/\\1 = 1/' /etc/sysctl.conf",
    '',
    ['host reason /etc/sysctl.conf: net.bridge.bridge-nf-call-iptables was changed'],
  ],
  ['keys with blanks around them', "sed -i 's/^net/ \\tnet/; s/= 0$/= 0 \\r/' /etc/sysctl.conf", '', []],
  ['no line feed at the end', 'printf %s "$(cat /root/kept/sysctl.conf)" >/etc/sysctl.conf', '', []],
  [
    'no file with keys',
    'rm /etc/sysctl.conf',
    '',
    ['arptables', 'ip6tables', 'iptables'].map(
      (table) => `host reason /etc/sysctl.conf: net.bridge.bridge-nf-call-${table} is not set any longer`,
    ),
  ],
  [
    'a changed file',
    `sed -i 's/^GATEWAY.*/GATEWAY=9/' ${IFCFG}`,
    '',
    [`bridge-xenbr0 reason ${IFCFG}: GATEWAY was changed`],
  ],
  ['a remark in a file', `printf '# x\\n\\n' >>${IFCFG}`, '', []],
  ['a NUL at the end of a file', `printf '\\0' >>${IFCFG}`, '', [`bridge-xenbr0 reason ${IFCFG}: has another line`]],
  [
    'a file that has become long',
    `yes Z=1 | head -n 40000 >>${IFCFG}`,
    '',
    [`bridge-xenbr0 reason ${IFCFG}: sets Z, and nobody promised it`],
  ],
  [
    'one file gone and others with other modes',
    `rm ${SCRIPTS}/ifcfg-eth0; chmod 600 ${IFCFG}; chmod 640 ${XEN}/web1`,
    '',
    [
      `bridge-xenbr0 reason ${SCRIPTS}/ifcfg-eth0: is gone`,
      `bridge-xenbr0 reason ${IFCFG}: has mode and owner 0600 root:root, not 0644 root:root`,
      'domU-web1 reason /etc/xen/web1: has mode and owner 0640 root:root, not 0600 root:root',
    ],
  ],
  [
    'a file that is a link to nowhere, and one after it with another mode',
    `ln -sf /nowhere ${SCRIPTS}/ifcfg-eth0; chmod 600 ${IFCFG}`,
    `rm ${SCRIPTS}/ifcfg-eth0`,
    [
      `bridge-xenbr0 reason ${SCRIPTS}/ifcfg-eth0: is a link to /nowhere now`,
      `bridge-xenbr0 reason ${IFCFG}: has mode and owner 0600 root:root, not 0644 root:root`,
    ],
  ],
  [
    'another forward delay',
    'ip link set xenbr0 type bridge forward_delay 400',
    'ip link set xenbr0 type bridge forward_delay 0',
    ['bridge-xenbr0 reason xenbr0 has a forward delay of 4 s, not 0'],
  ],
  [
    'addresses on the uplink',
    'ip addr add 192.0.2.77/24 dev eth0; ip addr add 198.51.100.1/24 dev eth0',
    'ip addr flush dev eth0',
    ['192.0.2.77/24', '198.51.100.1/24'].map(
      (address) => `bridge-xenbr0 reason eth0 has address ${address}, which nobody promised`,
    ),
  ],
  [
    'no default route',
    'ip route del default',
    `ip route add ${DEFAULT}`,
    ['bridge-xenbr0 reason there is no default route, it must be via 192.0.2.1 dev xenbr0'],
  ],
  [
    'another default route',
    'ip route replace default via 192.0.2.9 dev xenbr0',
    `ip route replace ${DEFAULT}`,
    ['bridge-xenbr0 reason the default route is via 192.0.2.9 dev xenbr0, not via 192.0.2.1 dev xenbr0'],
  ],
  [
    'a second default route',
    'ip route add default via 192.0.2.9 dev xenbr0 metric 9',
    'ip route del default via 192.0.2.9',
    ['bridge-xenbr0 reason there is another default route, via 192.0.2.9 dev xenbr0 metric 9'],
  ],
  [
    'a second uplink',
    // The highest of addresses: a bridge takes the lowest of its ports, and the deployer has learned it.
    'ip link add odd0 address fe:ff:ff:ff:ff:fe type veth peer name odd1; ip link set odd0 master xenbr0',
    'ip link del odd0',
    ['bridge-xenbr0 reason odd0 is a port of xenbr0 too'],
  ],
  [
    'a copy of an ifcfg file, and one with a gateway',
    `echo DEVICE=eth0 >${SCRIPTS}/ifcfg-eth0.2015; printf 'DEVICE=eth5\\nGATEWAY=192.0.2.9\\n' >${SCRIPTS}/ifcfg-eth5`,
    `rm ${SCRIPTS}/ifcfg-eth0.2015 ${SCRIPTS}/ifcfg-eth5`,
    [
      `bridge-xenbr0 reason ${SCRIPTS}/ifcfg-eth0.2015 also describes eth0, and initscripts would start it`,
      `bridge-xenbr0 reason ${SCRIPTS}/ifcfg-eth5 names a second default gateway`,
    ],
  ],
  ['no record', `rm -r ${UNITS}/domU-web1`, '', ['domU-web1 reason not on the host yet']],
  [
    'a record that the stack does not know',
    `cp -r ${UNITS}/domU-web1 ${UNITS}/domU-old1; cd ${UNITS}/domU-old1/words; mv domU-web1 domU-old1`,
    '',
    ['roster reason domU-old1 is on record and not described'],
  ],
  ['a guest that is down', `sed -i /web1/d ${XEN}/stand-in.list`, '', ['domU-web1 reason does not run']],
  [
    'a paused guest',
    `sed -i '/web1/s/-b----/--p---/' ${XEN}/stand-in.list`,
    '',
    ['domU-web1 reason is paused, not running'],
  ],
  ['more vcpus', `sed -i '/web1/s/256  1/256  2/' ${XEN}/stand-in.list`, '', ['domU-web1 reason has 2 vcpus, not 1']],
  [
    'links of autostart gone and elsewhere',
    `rm ${XEN}/auto/web1; ln -sfn /etc/xen/x ${XEN}/auto/intern1`,
    '',
    [
      'domU-intern1 reason does not start with the host as it was left (/etc/xen/auto/intern1 leads to /etc/xen/x)',
      'domU-web1 reason does not start with the host (/etc/xen/auto/web1 is gone)',
    ],
  ],
  ['a link of autostart that another hand made', `ln -sfn ../web1 ${XEN}/auto/web1`, '', []],
  [
    'a guest saved where xendomains saves to',
    `mkdir -p /srv/s; touch /srv/s/web1; printf ' XENDOMAINS_SAVE="/srv/s" # x\\n' >>/etc/sysconfig/xendomains`,
    "sed -i '$d' /etc/sysconfig/xendomains; rm /srv/s/web1",
    [
      'domU-web1 reason lies saved in /srv/s/web1: restored, it would come back with an old state',
      'host reason /etc/sysconfig/xendomains: XENDOMAINS_SAVE was changed',
    ],
  ],
  [
    'a key of ours in the spelling of another hand',
    `sed -i 's/^NETWORKING=.*/export NETWORKING=yes # x/' /etc/sysconfig/network`,
    `sed -i 's/^export NETWORKING=.*/NETWORKING="yes"/' /etc/sysconfig/network`,
    [],
  ],
  ['a MAC in capitals', `sed -i 's/${WEB1}/${WEB1.toUpperCase()}/' ${XEN}/stand-in.vifs`, '', []],
  [
    'another MAC',
    `sed -i 's/${WEB1}/00:16:3e:00:00:01/' ${XEN}/stand-in.vifs`,
    '',
    [`domU-web1 reason vif 0 has MAC 00:16:3e:00:00:01, not ${WEB1}`],
  ],
  [
    'one vif more, at the end of the list',
    `echo '/local/domain/0/backend/vif/1/1/mac = "00:16:3e:00:00:77"' >>${XEN}/stand-in.vifs`,
    '',
    ['domU-intern1 reason intern1 has a vif 1 with MAC 00:16:3e:00:00:77'],
  ],
  [
    'no vif at all',
    `sed -i '/vif/d' ${XEN}/stand-in.vifs`,
    '',
    [`domU-intern1 reason has no vif 0 with MAC ${INTERN1}`, `domU-web1 reason has no vif 0 with MAC ${WEB1}`],
  ],
  [
    'a vif that is on no bridge',
    'ip link set vif1.0 nomaster',
    'ip link set vif1.0 master xenbr0',
    ['domU-intern1 reason its vif 0 is not on xenbr0'],
  ],
  [
    'a change that waits for the boot of this domain',
    `echo 'memory 256 -> 512' >${UNITS}/domU-web1/waiting; echo 2 >${UNITS}/domU-web1/running-domid`,
    '',
    ['domU-web1 waits memory 256 -> 512'],
  ],
  [
    'a change that waited for the boot of an earlier one',
    `echo 'memory 256 -> 512' >${UNITS}/domU-web1/waiting; echo 99 >${UNITS}/domU-web1/running-domid`,
    '',
    [],
  ],
];

test.each(CASES)('%s', async (_, done, undo, said) => {
  await host.onHost(done);
  try {
    expect(await report()).toEqual(said);
  } finally {
    // Contents only: these folders are mounted elsewhere too.
    const restore = [`find ${XEN} ${UNITS} -mindepth 1 -delete`, 'cd /root/kept'];
    restore.push(
      `cp -a xen units /srv/hosts/xen001/`,
      `cp -a network-scripts /etc/sysconfig/`,
      'cp -a sysctl.conf /etc/',
    );
    await host.onHost([undo || 'true', ...restore].join('; '));
  }
  expect(await report()).toEqual([]);
});
