import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { Bed } from '../../../../lab/bed/bed';
import { decodeWord, encodeWord } from '../../../../lib/facts/fact';
import { SettingFacts } from '../../../helpers/setting-facts';

/* The files of a host and its services, on a bed with the network scripts of CentOS 6. */

jest.setTimeout(120_000);

const SCRIPTS = '/etc/sysconfig/network-scripts';
const ALL = 'file key line onboot service subsys';

let bed: Bed;
let facts: SettingFacts;

beforeEach(async () => {
  bed = await Bed.open();
  facts = new SettingFacts(bed);
});

afterEach(async () => {
  await bed.close();
});

const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function dom0(script: string): Promise<string> {
  const { stdout, stderr, status } = await bed.dom0(['bash', '-c', script]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

const without = (kinds: readonly string[], lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !kinds.includes(line.split(' ')[0] ?? ''));

test('a file is told by mode, owner and content, and a link with what it leads to', async () => {
  bed.write('/etc/xen/web1', 'name = "web1"\n', 0o600);
  bed.write('/etc/xen/scripts/vif-bridge', 'x', 0o4755);
  bed.write('/opt/site/hook', 'hook', 0);
  await dom0(`mkdir -p /etc/xen/auto /opt/a; cd /etc/xen/auto; ln -s ../web1 web1; ln -s /etc/xen/none gone; ln -s . self
    ln -s /sbin/ifup-local /opt/a/second; ln -s ../../opt/site/hook /sbin/ifup-local; ln -s /opt/a/second /sbin/ifdown-local
    ln -s /proc/kmsg kernel; ln -s loop loop; mkfifo pipe; mknod null c 1 3; chown nobody:tty /etc/xen/web1
    mkdir folder; ln -s /usr/bin directory; chmod 1777 folder`);
  truncateSync(bed.path('/etc/resolv.conf'), 1 << 20);
  await dom0('truncate -s 3G /etc/xen/image');
  const lines = await facts.lines('file');
  expect(lines.filter((line) => / \/(etc\/xen|opt|sbin\/if.*-local|usr)/.test(line))).toEqual([
    'file /etc/xen/auto 0755 root:root directory',
    'file /etc/xen/auto/directory 0777 root:root link:/usr/bin',
    'file /etc/xen/auto/folder 1777 root:root directory',
    'file /etc/xen/auto/gone 0777 root:root link:/etc/xen/none',
    'file /etc/xen/auto/kernel 0777 root:root link:/proc/kmsg',
    'file /etc/xen/auto/loop 0777 root:root link:loop',
    'file /etc/xen/auto/null 0644 root:root char',
    'file /etc/xen/auto/pipe 0644 root:root fifo',
    'file /etc/xen/auto/self 0777 root:root link:.',
    'file /etc/xen/auto/web1 0777 root:root link:../web1',
    'file /etc/xen/image 0644 root:root large:3221225472',
    'file /etc/xen/scripts 0755 root:root directory',
    `file /etc/xen/scripts/vif-bridge 4755 root:root ${sha('x')}`,
    `file /etc/xen/web1 0600 nobody:tty ${sha('name = "web1"\n')}`,
    'file /opt/a/second 0777 root:root link:/sbin/ifup-local',
    `file /opt/site/hook 0000 root:root ${sha('hook')}`,
    'file /sbin/ifdown-local 0777 root:root link:/opt/a/second',
    'file /sbin/ifup-local 0777 root:root link:../../opt/site/hook',
  ]);
  expect(lines).toContain(`file /etc/resolv.conf 0644 root:root ${sha('\0'.repeat(1 << 20))}`);
});

test('whatever names, contents and targets are, each file is told as itself and nothing else is told', async () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          ...['a', ' ', '\n', '\t', '\\', '-', '--', '*', '$(id)', '%', '%0A', "'", '"', '\u001b[2J', '\\n', '='],
          ...['\nfile /etc/x 0644 root:root directory\n', `${'0'.repeat(64)}  /etc/xen/x\n`, '\\0', 'é', '  '],
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((parts) => parts.join('')),
    fc.constant('n'.repeat(255)),
  );
  const fits = (text: string): boolean =>
    !/[\0/]|\p{Surrogate}/u.test(text) && Buffer.byteLength(text) < 256 && !text.startsWith('.');
  const target = fc.oneof(
    fc.constant('x/'.repeat(2000)),
    name.filter((text) => !text.includes('\0') && text !== ''),
  );
  const files = fc.uniqueArray(
    fc.record({ name: name.filter(fits), text: fc.string({ maxLength: 9 }), target: fc.option(target) }),
    { selector: (file) => file.name, minLength: 5, maxLength: 150 },
  );
  for (const given of fc.sample(files, 8)) {
    const folder = bed.path('/etc/xen/auto');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const one of given) {
      if (one.target === null) writeFileSync(`${folder}/${one.name}`, one.text, { mode: 0o644 });
      else symlinkSync(one.target, `${folder}/${one.name}`);
    }
    const told = (await facts.lines('file')).filter((line) => line.startsWith('file /etc/xen/auto/'));
    const wanted = given.map(({ name: file, text, target: to }) => {
      const content = to === null ? sha(text) : encodeWord(`link:${to}`);
      return `file ${encodeWord(`/etc/xen/auto/${file}`)} ${to === null ? '0644' : '0777'} root:root ${content}`;
    });
    expect(told).toEqual(wanted.sort());
  }
});

test('settings are told of the files that programs read, and of no spare copy', async () => {
  for (const name of ['ifcfg-eth0', 'ifcfg-eth0:1', 'ifcfg-eth0-range0', 'ifcfg-eth0.20150301', 'ifcfg-a b', 'ifcfg'])
    bed.write(`${SCRIPTS}/${name}`, 'ONBOOT=No\n');
  for (const name of ['ifcfg-eth0.bak', 'ifcfg-eth0~', 'ifcfg-eth0.orig', 'ifcfg-x.rpmsave', 'keys-eth0', 'ifup-x'])
    bed.write(`${SCRIPTS}/${name}`, 'ONBOOT=yes\n');
  bed.write(`${SCRIPTS}/rule-eth0`, 'from 192.0.2.0/24 table 7\n');
  bed.write('/etc/sysctl.d/any', 'net.x = 1\n');
  bed.write('/etc/sysctl.d/a.bak', 'net.x = 2\n');
  bed.write('/etc/xen/xl.conf', 'autoballoon="off"\n');
  bed.write('/etc/xen/xend-config.sxp', '# c\n(network-script network-bridge)\n');
  bed.write('/etc/default/grub', 'GRUB_CMDLINE_XEN="dom0_mem=1024M"\n');
  bed.write('/etc/network/interfaces', 'auto eth0\n\twpa-psk hunter2\n');
  bed.write('/boot/grub/grub.conf', 'default=0\npassword --md5 hunter2\n');
  bed.write('/etc/resolv.conf', 'nameserver 192.0.2.1\n; c\n');
  await dom0(`ln -s ../boot/grub/grub.conf /etc/grub.conf; ln -s /root/real ${SCRIPTS}/ifcfg-link`);
  bed.write('/root/real', 'BRIDGE=xenbr0\n');
  const lines = without(['file'], await facts.lines('key line onboot'));
  expect(lines.filter((line) => line.includes('network-scripts') && !line.includes('ifcfg-lo'))).toEqual([
    ...['', '-a%20b', '-eth0', '-eth0-range0', '-eth0.20150301', '-eth0:1'].map(
      (name) => `key ${SCRIPTS}/ifcfg${name} ONBOOT No`,
    ),
    `key ${SCRIPTS}/ifcfg-link BRIDGE xenbr0`,
    `line ${SCRIPTS}/rule-eth0 from%20192.0.2.0/24%20table%207`,
    ...['', '-a%20b', '-eth0', '-eth0.20150301'].map((name) => `onboot ${SCRIPTS}/ifcfg${name} no`),
    `onboot ${SCRIPTS}/ifcfg-link yes`,
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      'key /etc/sysctl.d/any net.x 1',
      'key /etc/xen/xl.conf autoballoon off',
      'line /etc/xen/xend-config.sxp (network-script%20network-bridge)',
      'key /etc/default/grub GRUB_CMDLINE_XEN dom0_mem=1024M',
      'line /etc/network/interfaces auto%20eth0',
      'line /boot/grub/grub.conf default=0',
      'line /etc/resolv.conf nameserver%20192.0.2.1',
    ]),
  );
  expect(lines.filter((line) => line.includes('/etc/sysctl.d'))).toHaveLength(1);
  expect(lines.filter((line) => / \/etc\/grub.conf/.test(line))).toEqual([]);
  expect(lines.join()).not.toMatch(/hunter/);
});

test('what is no regular file, or too large, is not read and makes settings unknown; nothing waits for a pipe', async () => {
  await dom0(`cd ${SCRIPTS}; mkfifo ifcfg-pipe; mknod ifcfg-char c 1 5; mkdir ifcfg-folder; ln -s nowhere ifcfg-gone
    ln -s ifcfg-pipe ifcfg-topipe; truncate -s 2M ifcfg-large; ln -s /dev/null ifcfg-null; mkfifo /etc/inittab`);
  const lines = await facts.lines('key onboot service');
  const told = lines.filter((line) => !/ifcfg-lo|sysctl|sysconfig\/network /.test(line)).map(decodeWord);
  const reason = (kind: string, name: string, why: string): string => `unknown ${kind} ${why} ${name}`;
  const odd = 'it is no regular file';
  expect(told).toEqual(
    [
      'unknown service /etc/inittab does not say the runlevel in a way that is understood',
      ...['key', 'onboot'].flatMap((kind) => [
        reason(kind, '/etc/inittab', odd),
        reason(kind, `${SCRIPTS}/ifcfg-char`, odd),
        reason(kind, `${SCRIPTS}/ifcfg-large`, 'it has more than 1048576 bytes'),
        reason(kind, `${SCRIPTS}/ifcfg-pipe`, odd),
        reason(kind, `${SCRIPTS}/ifcfg-topipe`, odd),
      ]),
    ].sort(),
  );
});

test.each([
  ['find', '#!/bin/bash\nexit 1\n', 'find failed with exit status 1', 'file key'],
  ['find', '#!/bin/bash\nprintf "%s\\0" /x f\n', 'find says something that is not understood', 'file key'],
  ['sha256sum', '#!/bin/bash\nexit 3\n', 'sha256sum failed with exit status 3', 'file'],
  ['sha256sum', '#!/bin/bash\necho x\n', 'sha256sum says something that is not understood', 'file'],
  ['sha256sum', `#!/bin/bash\necho ${'0'.repeat(64)}\n`, 'sha256sum prints more lines or fewer than files', 'file'],
  ['gawk', '#!/bin/bash\necho line x y; exit 2\n', 'awk failed', 'file key'],
])('if %s fails or lies, its facts are unknown and none is told: %s', async (program, text, why, kinds) => {
  bed.programs.replace(program, text);
  if (program === 'gawk') bed.programs.replace('awk', text);
  const { stdout, stderr } = await bed.dom0(['bash', '-c', facts.script('file key')]);
  expect(stderr).toBe('');
  for (const kind of kinds.split(' ')) {
    const lines = stdout
      .split('\n')
      .filter((line) => line.startsWith(`${kind} `) || line.startsWith(`unknown ${kind} `));
    expect(lines).toEqual([expect.stringContaining(`unknown ${kind} `)]);
    if (program !== 'gawk') expect(decodeWord(lines[0] ?? '')).toContain(why);
  }
});

test('a program that is missing makes its facts unknown', async () => {
  bed.hide('find');
  expect(await facts.lines('file key onboot')).toEqual(
    ['file', 'key', 'onboot'].map((kind) => `unknown ${kind} find%20failed%20with%20exit%20status%20127`),
  );
});

test('services of init scripts: the links of the runlevel that the host boots into', async () => {
  for (const name of ['network', 'xend', 'xendomains', 'off', 'spare.bak', 'functions', 'odd name'])
    bed.write(`/etc/rc.d/init.d/${name}`, 'x', name === 'functions' ? 0o644 : 0o755);
  await dom0(`cd /etc/rc.d; rm -f rc?.d/*; ln -s ../init.d/xend rc5.d/S98xend; ln -s ../init.d/network rc5.d/S10network
    ln -s ../init.d/xendomains rc5.d/K00xendomains; ln -s ../init.d/gone rc5.d/S11gone; ln -s ../init.d/off rc3.d/S12off
    ln -s '../init.d/odd name' 'rc5.d/S13odd name'; ln -s ../init.d/off rc5.d/S50off.bak; mkdir -p /var/lock/subsys
    touch /var/lock/subsys/network; printf '#id:3:initdefault:\\nid:5:initdefault:\\n' >/etc/inittab`);
  expect(await facts.lines('service subsys')).toEqual([
    'service network on',
    'service odd%20name on',
    'service off off',
    'service xend on',
    'service xendomains off',
    'subsys network',
  ]);
  await dom0('echo id:3:initdefault: >/etc/inittab');
  expect(await facts.lines('service')).toContain('service off on');
  for (const text of ['id:3:initdefault:\nid:5:initdefault:\n', 'id:35:initdefault:\n', `${'x'.repeat(3000)}\n`]) {
    bed.write('/etc/inittab', text);
    expect(await facts.lines('service')).toEqual([expect.stringMatching(/^unknown service /)]);
  }
});

test('services of systemd: links in folders of targets, masks, and init scripts without a unit', async () => {
  for (const name of ['xendomains', 'networking', 'old', 'masked']) bed.write(`/etc/rc.d/init.d/${name}`, 'x', 0o755);
  bed.write('/usr/local/lib/systemd/system/networking.service', 'x');
  await dom0(`mkdir -p /run/systemd/system; cd /etc; rm -f rc?.d/* rc.d/init.d/network; mkdir -p systemd/system; cd systemd/system
    mkdir multi-user.target.wants network-online.target.wants; ln -s /lib/x multi-user.target.wants/xencommons.service
    ln -s /lib/x network-online.target.wants/networking.service; ln -s /dev/null masked.service; : >ssh.socket
    ln -s /lib/y multi-user.target.wants/masked.service; ln -s ../init.d/xendomains /etc/rc2.d/S21xendomains`);
  expect(await facts.lines('service')).toEqual([
    'service masked.service off masked',
    'service networking.service on',
    'service old.service off',
    'service ssh.socket off masked',
    'service xencommons.service on',
    'service xendomains.service on',
  ]);
});

test('nothing is told of a host that has none of it', async () => {
  await dom0(
    'rm -rf /etc/xen /etc/sysconfig /etc/sysctl* /etc/rc* /etc/init* /etc/resolv.conf /etc/modprobe.d /sbin/if*',
  );
  expect(await facts.lines(ALL)).toEqual([]);
});

test('two runs are the same to the byte, and nothing is opened for writing', async () => {
  bed.write(`${SCRIPTS}/ifcfg-eth0`, 'DEVICE=eth0\nWPA_PSK=x\n');
  const script = facts.script(ALL);
  expect(await dom0(script)).toBe(await dom0(script));
  bed.write('/root/collect', `${script}\n`);
  await dom0(
    'PATH=/.strict/real:$PATH; cd /; strace -f -qq -o /root/trace -e trace=open,openat,creat,mkdir,unlink,rename,link,symlink,mknod,mknodat bash /root/collect >/dev/null',
  );
  const opened = bed.read('/root/trace').split('\n');
  expect(opened.length).toBeGreaterThan(20);
  expect(
    opened.filter(
      (line) =>
        /O_WRONLY|O_RDWR|O_CREAT|\b(creat|mkdir|unlink|rename|link|symlink|mknod(at)?)\(/.test(line) &&
        !/"\/dev\/(null|tty)"/.test(line),
    ),
  ).toEqual([]);
});

test.each([10, 300])('the programs that start do not grow with the files: %i', async (count) => {
  for (let at = 0; at < count; at += 1) bed.write(`${SCRIPTS}/ifcfg-eth${at}`, `DEVICE=eth${at}\n`);
  bed.write('/root/collect', `${facts.script(ALL)}\n`);
  await dom0('PATH=/.strict/real:$PATH; strace -f -qq -o /root/trace -e trace=execve bash /root/collect >/dev/null');
  const started = bed.read('/root/trace').match(/execve\("[^"]*"(?=.* = 0$)/gm) ?? [];
  const programs = started.map((line) => line.replace(/.*\/|"/g, '')).slice(1);
  expect(programs.sort()).toEqual(['awk', 'awk', 'find', 'sha256sum', 'timeout', 'timeout', 'timeout']);
});
