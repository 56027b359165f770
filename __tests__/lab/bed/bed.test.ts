import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Bed } from '../../../lab/bed/bed';
import { CANONICAL } from '../../../lab/el6/case';

const beds: Bed[] = [];

jest.setTimeout(60_000);

async function open(options?: Parameters<typeof Bed.open>[0]): Promise<Bed> {
  const bed = await Bed.open(options);
  beds.push(bed);
  return bed;
}

/** Gives dom0 the address without any script. */
async function configure(bed: Bed): Promise<void> {
  await bed.dom0(['bash', '-c', 'ip link set eth0 up && ip address add 192.0.2.10/24 dev eth0']);
}

async function withBridge(): Promise<Bed> {
  const bed = await open();
  await bed.dom0([
    'bash',
    '-c',
    'brctl addbr xenbr0; brctl setfd xenbr0 0; brctl addif xenbr0 eth0; ip link set eth0 up; ip link set xenbr0 up mtu 1400',
  ]);
  return bed;
}

const processesBelow = (pid: number): boolean => existsSync(`/proc/${pid}`);

afterEach(async () => {
  await Promise.all(beds.splice(0).map((bed) => bed.close()));
});

test('a command reports its status, its output and its complaints apart', async () => {
  const bed = await open();
  const result = await bed.dom0(['bash', '-c', 'cat; echo "$WORD" >&2; exit 3'], { input: 'in', env: { WORD: 'err' } });
  expect(result).toEqual({ status: 3, stdout: 'in', stderr: 'err\n', timedOut: false });
});

test('a command ends when it ends and not when its children do', async () => {
  const bed = await open();
  const before = Date.now();
  expect((await bed.dom0(['bash', '-c', 'sleep 30 & echo done'])).stdout).toBe('done\n');
  expect(Date.now() - before).toBeLessThan(5_000);
});

test('a command that takes too long is killed', async () => {
  const bed = await open();
  const result = await bed.dom0(['sleep', '30'], { timeoutSeconds: 0.2 });
  expect(result).toMatchObject({ status: 124, timedOut: true });
});

test('a process that a dead parent left is buried', async () => {
  const bed = await open();
  await bed.dom0(['bash', '-c', '(sleep 0.1 & echo $! >/tmp/pid); sleep 0.5']);
  expect((await bed.dom0(['bash', '-c', 'kill -0 "$(cat /tmp/pid)"'])).status).toBe(1);
});

test('the files of dom0 are its own and absolute links stay inside', async () => {
  const bed = await open();
  bed.write('/etc/xen/a.cfg', 'name="a"\n', 0o600);
  await bed.dom0(['bash', '-c', 'ln -s /etc/xen /srv/link; echo b >/srv/link/b']);
  expect(bed.read('/srv/link/b')).toBe('b\n');
  bed.write('/srv/link/c', 'c');
  expect((await bed.dom0(['cat', '/etc/xen/c'])).stdout).toBe('c');
  expect(existsSync('/etc/xen/c')).toBe(false);
  bed.remove('/srv/link');
  expect([bed.exists('/srv/link'), bed.exists('/etc/xen/a.cfg')]).toEqual([false, true]);
  expect(() => bed.path('/var/../proc/sys/net/ipv4/ip_forward')).toThrow('kernel file system');
});

test('dom0 changes no setting of the machine', async () => {
  const bed = await open();
  const forward = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim();
  const other = forward === '1' ? '0' : '1';
  await bed.dom0(['sysctl', '-w', `net.ipv4.ip_forward=${other}`]);
  expect((await bed.state()).sysctl['net.ipv4.ip_forward']).toBe(other);
  expect(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim()).toBe(forward);
  const writes =
    'echo 1 >/proc/sys/vm/drop_caches || echo x >/sys/power/state || touch /usr/lib/x || touch /.host/usr/x';
  expect((await bed.dom0(['bash', '-c', writes])).status).toBe(1);
  expect((await bed.dom0(['date', '-s', '2001-01-01'])).status).toBe(1);
  await bed.dom0(['hostname', 'other.example.test']);
  expect((await bed.state()).hostname).toBe('other.example.test');
});

test('a program can be missing and a file system can be full', async () => {
  const bed = await open({ without: ['brctl'], varSizeKiB: 64 });
  expect((await bed.dom0(['bash', '-c', 'command -v brctl'])).status).toBe(1);
  const fill = await bed.dom0(['bash', '-c', 'head -c 100000 /dev/zero >/var/lib/big']);
  expect(fill.stderr).toContain('No space left on device');
});

test('two beds with the same addresses do not meet', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  await configure(one);
  expect((await one.lan(['ping', '-c1', '-W1', '192.0.2.10'])).status).toBe(0);
  expect((await other.lan(['ping', '-c1', '-W1', '192.0.2.10'])).status).toBe(1);
});

test('a guest answers through its bridge with its own MAC', async () => {
  const bed = await withBridge();
  const guest = await bed.addVif('vif1.0', 'xenbr0', { mac: '00:16:3e:80:00:01', address: '192.0.2.20/24' });
  expect((await bed.lan(['ping', '-c1', '-W2', '192.0.2.20'])).status).toBe(0);
  expect((await bed.lan(['ip', 'neigh', 'show', '192.0.2.20'])).stdout).toContain('00:16:3e:80:00:01');
  expect((await guest.run(['ping', '-c1', '-W2', '192.0.2.1'])).status).toBe(0);
  const { links, bridges } = await bed.state();
  expect(links['vif1.0']).toMatchObject({ mac: 'fe:ff:ff:ff:ff:ff', mtu: 1400, master: 'xenbr0' });
  expect(bridges['xenbr0']?.ports).toEqual({ eth0: 'forwarding', 'vif1.0': 'forwarding' });
  await expect(bed.addVif('vif2.0', 'xenbr9', { mac: '00:16:3e:80:00:02' })).rejects.toThrow('Could not find bridge');
});

test('a neighbour holds an address on the LAN', async () => {
  const bed = await open();
  await bed.addNeighbour({ mac: '52:54:00:bb:00:01', address: '192.0.2.77/24' });
  await bed.dom0(['ip', 'link', 'set', 'eth0', 'up']);
  const probe = await bed.dom0(['arping', '-D', '-c', '1', '-w', '2', '-I', 'eth0', '192.0.2.77']);
  expect(probe.stdout.toLowerCase()).toContain('52:54:00:bb:00:01');
});

test('a cable can be pulled and plugged', async () => {
  const bed = await open();
  await configure(bed);
  await bed.link('eth0', 'down');
  expect((await bed.state()).links['eth0']).toMatchObject({ up: true, carrier: false });
  await bed.link('eth0', 'up');
  expect((await bed.state()).links['eth0']?.carrier).toBe(true);
});

test('root logs in from the LAN with the key of the bed and its known host key', async () => {
  const bed = await open({ sshd: true });
  await configure(bed);
  const { address, identityFile, knownHosts, hostKeys } = bed.sshd;
  const options = ['-i', identityFile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes'];
  const login = await bed.lan(['ssh', ...options, `root@${address}`, 'hostname; command -v ip; cat'], { input: 'x' });
  expect(login).toMatchObject({ status: 0, stdout: 'dom0.example.test\n/usr/sbin/ip\nx' });
  expect(readFileSync(knownHosts, 'utf8')).toBe(`${address} ${hostKeys[0] ?? ''}\n`);
});

test('a reboot runs the run level in order and leaves no process, guest or bridge of before', async () => {
  const bed = await open({ sshd: true, lan: ['192.0.2.254/24'] });
  for (const [path, text] of Object.entries(CANONICAL)) bed.write(path, text);
  bed.write('/etc/sysconfig/network', bed.read('/etc/sysconfig/network') + 'ARPCHECK=no\n');
  bed.write('/etc/init.d/guard', '#!/bin/bash\n# chkconfig: 2345 09 91\nls /sys/class/net >/root/seen\n', 0o755);
  await bed.dom0(['bash', '-c', 'chkconfig --add guard; brctl addbr old; touch /run/old; setsid sleep 300 &']);
  await bed.addVif('vif1.0', 'old', { mac: '00:16:3e:80:00:01' });
  const boot = await bed.reboot();
  expect(boot.status).toBe(0);
  expect(bed.read('/root/seen').split('\n')).not.toContain('xenbr0');
  expect(Object.keys((await bed.state()).links).sort()).toEqual(['eth0', 'xenbr0']);
  expect(bed.exists('/run/old')).toBe(false);
  expect((await bed.dom0(['bash', '-c', 'ps ax | grep "[s]leep 300"'])).status).toBe(1);
  const { identityFile, knownHosts } = bed.sshd;
  const options = ['-i', identityFile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes'];
  expect((await bed.lan(['ssh', ...options, 'root@192.0.2.10', 'true'])).status).toBe(0);
});

test('a command in the LAN has a home of its own and a place for files that go with the bed', async () => {
  const bed = await open();
  expect((await bed.lan(['bash', '-c', 'echo x >~/file; cat "$HOME/file"'])).stdout).toBe('x\n');
  expect(readFileSync(join(bed.scratch, 'home/file'), 'utf8')).toBe('x\n');
});

test('a process in the background ends when it is told to', async () => {
  const bed = await open();
  const child = bed.spawnDom0(['bash', '-c', 'sleep 300 & sleep 300 & echo ready; wait']);
  if (child.stdout) await once(child.stdout, 'data');
  await bed.end(child);
  expect((await bed.dom0(['bash', '-c', 'ps ax | grep "[s]leep 300"'])).status).toBe(1);
});

test('close leaves no process, no mount and no file', async () => {
  const bed = await Bed.open({ sshd: true });
  const guest = await bed.addNeighbour({ mac: '52:54:00:bb:00:01' });
  await bed.dom0(['bash', '-c', 'setsid sleep 300 &']);
  const background = bed.spawnLan(['sleep', '300']);
  const pids = [bed.dom0Pid, bed.lanPid, guest.pid, background.pid ?? 0];
  const { identityFile } = bed.sshd;
  await bed.close();
  expect(pids.filter(processesBelow)).toEqual([]);
  expect(existsSync(identityFile)).toBe(false);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('bed-root');
});

test('a bed ends with the process that opened it, even if that is killed', async () => {
  const program = `
    const { Bed } = require(${JSON.stringify(join(__dirname, '../../../lab/bed/bed.ts'))});
    Bed.open({ sshd: true }).then((bed) => { console.log(bed.dom0Pid, bed.lanPid, bed.sshd.identityFile); setInterval(() => {}, 1000); });
  `;
  const loader = join(__dirname, '../../../node_modules/tsx/dist/loader.mjs');
  const child = spawn(process.execPath, ['--import', loader, '-e', program]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const [dom0 = '', lan = '', identityFile = ''] = line.toString().trim().split(' ');
  const left = (): boolean => [`/proc/${dom0}`, `/proc/${lan}`, join(identityFile, '../..')].some(existsSync);
  expect(existsSync(identityFile)).toBe(true);
  child.kill('SIGKILL');
  for (let i = 0; i < 100 && left(); i += 1) await setTimeout(100);
  expect(left()).toBe(false);
});
