import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { Address, Boot, Disk, Lan, Uplink, XenHost } from '../../lib';
import { type PlainHost, ETH0 } from './plain-host';

/** Guests of each host, all of them running. */
const GUESTS = ['web1', 'intern1'];

/** So many hosts that are one app: what it was synthesized to, and how they are called. */
export interface Estate {
  readonly outdir: string;
  readonly names: readonly string[];
}

const FIRST_PORT = 2201;

/** What makes one dom0 into many. */
const MAKER = 'many-hosts.sh';

/** Xen's tools that a probe asks. */
const PROGRAMS = {
  xl: 'many-hosts-xen.sh',
  'xenstore-ls': 'many-hosts-xen.sh',
  'xenstore-read': 'many-hosts-xen.sh',
};

/** Gives a host a key of its own: two with one key can't be told apart. Returns the public one. */
function makeKey(host: PlainHost, name: string): string {
  const file = join(host.temporary, `key-${name}`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  host.bed.write(`/srv/keys/${name}`, readFileSync(file), 0o600);
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ').trim();
}

/** One app, a stack and a Lan for each host, a bridge and two guests on each. */
function synthesize(host: PlainHost, count: number): Estate {
  const outdir = host.folder('estate');
  const app = new App({ outdir });
  const names = Array.from({ length: count }, (_, index) => `xen${String(index + 1).padStart(3, '0')}`);
  for (const [index, name] of names.entries()) {
    const lan = new Lan(app, `lan-${name}`, { cidr: '192.0.2.0/24', gateway: '192.0.2.1', isolated: true });
    const ssh = { ...host.ssh, port: FIRST_PORT + index, hostKeys: [makeKey(host, name)] };
    const xen = new XenHost(new TerraformStack(app, name), name, { ssh, memoryMiB: 8192 });
    const address = Address.ipv4(host.ssh.address);
    const bridge = xen.addBridge('xenbr0', { lan, uplink: Uplink.nic('eth0', ETH0), address });
    for (const [number, guest] of GUESTS.entries()) {
      xen.addDomU(guest, {
        memoryMiB: 256,
        boot: Boot.pygrub(),
        disks: [Disk.lvm(`vg0/${guest}`)],
        vifs: [{ bridge, address: `192.0.2.${21 + number}` }],
      });
    }
  }
  app.synth();
  return { outdir, names };
}

/** The tree of one of the hosts. */
export function treeOf({ outdir }: Estate, name: string): string {
  return join(outdir, 'stacks', name, 'assets', name, 'tree');
}

/** A record that no deploy leaves would be asked about in another way than a real one. */
async function requireRecords(host: PlainHost, name: string, units: readonly string[]): Promise<void> {
  const differ = units.map(
    (unit) => `diff -r -x token /var/lib/cdktf-xen/units/${unit} /srv/hosts/${name}/units/${unit}`,
  );
  await host.onHost(differ.join(' && '));
}

/** Waits until all of them let somebody in. */
async function requireListening(host: PlainHost, count: number): Promise<void> {
  const listening = `for n in $(seq 100); do c=$(ss -Htln "sport >= ${FIRST_PORT}" | wc -l); [ "$c" -ge ${count} ] && exit; sleep 0.1; done; exit 1`;
  await host.onHost(listening);
}

/** Makes one bed's dom0 into many hosts, see many-hosts.sh. */
export async function openEstate(host: PlainHost, count: number): Promise<Estate> {
  const estate = synthesize(host, count);
  const { outdir, names } = estate;
  const [first = ''] = names;
  // The network, what is common to all and the record that the others are held against come from a real deploy.
  const serve = join('/usr/sbin', MAKER);
  host.bed.write(serve, readFileSync(join(__dirname, MAKER)), 0o755);
  const sshd = host.bed.spawnDom0([serve, 'serve', first, String(FIRST_PORT)]);
  for (const stream of [sshd.stdout, sshd.stderr]) stream?.resume();
  await requireListening(host, 1);
  const units = ['host', 'roster', 'bridge-xenbr0'];
  for (const unit of units) {
    const tree = treeOf(estate, first);
    await host.timed(['bash', join(tree, '../../../runtime/deployer/carry.sh'), 'apply', first, unit], {
      CDKTF_XEN_TREE: tree,
    });
  }
  await host.disconnect();
  await host.bed.end(sshd);
  for (const [program, file] of Object.entries(PROGRAMS)) {
    for (const folder of ['bin', 'sbin']) host.bed.remove(`/usr/${folder}/${program}`);
    host.bed.write(`/usr/sbin/${program}`, readFileSync(join(__dirname, file)), 0o755);
  }
  const trees = names.map((name) => `stacks/${name}/assets/${name}/tree`);
  const short = ['--transform', 's,^stacks/[^/]*/assets/,,', '--exclude=runtime'];
  execFileSync('tar', ['-cf', host.bed.path('/root/trees.tar'), ...short, '-C', outdir, ...trees]);
  await host.onHost('many-hosts.sh record </root/trees.tar');
  // The bed has a script there, as stands in for what EL6's could and today's can not; nothing asks for that here.
  await host.onHost('ln -sf /.bed/ip /usr/sbin/ip');
  await requireRecords(host, first, units);
  // The kernel's end of each guest, the same for all hosts: they share its network.
  for (const [number] of GUESTS.entries()) {
    const mac = `00:16:3e:80:00:0${number + 1}`;
    await host.bed.addVif(`vif${number + 1}.0`, 'xenbr0', { mac, address: `192.0.2.${121 + number}/24` });
  }
  await host.onHost(`many-hosts.sh start ${FIRST_PORT}`);
  await requireListening(host, count);
  return estate;
}
