import { Bed } from '../../../../lab/bed/bed';
import { encodeWord } from '../../../../lib/facts/fact';
import { CONFIG_READERS } from '../../../helpers/config-facts';
import { type Printed, collectorScript, layRuntime, printed } from '../../../helpers/host-facts';

/* Facts about guests' configurations, what xendomains starts, and saved guests. */

jest.setTimeout(120_000);

const FILES = [
  'both/paths.sh',
  'both/numbers.sh',
  ...[...CONFIG_READERS, 'saved-guests', 'configs'].map((name) => `host/facts/${name}.sh`),
];
const ALL = 'config config-vif config-disk config-odd autostart saved';

let bed: Bed;

beforeEach(async () => {
  bed = await Bed.open();
  layRuntime(bed, FILES);
  await bed.dom0(['mkdir', '-p', '/etc/xen/auto', '/etc/xen/scripts', '/var/lib/xen/save', '/srv']);
});

afterEach(async () => {
  await bed.close();
});

async function facts(kinds = ALL, command = 'print_config_facts'): Promise<Printed> {
  return printed(
    await bed.dom0(['bash', '-c', collectorScript(FILES, command), 'facts', kinds], { timeoutSeconds: 100 }),
  );
}

const GUEST = "name = 'web1'\nvif = [ 'bridge=b' ]\n";

test('each file once by its own path, links and all that lies beside', async () => {
  for (const file of ['/etc/xen/web1.cfg', '/srv/web2', '/etc/xen/auto/plain', '/srv/a b']) bed.write(file, GUEST);
  bed.write('/etc/xen/xl.conf', GUEST);
  bed.write('/etc/xen/xend-config.sxp', GUEST);
  bed.write('/etc/xen/xmexample1', GUEST);
  bed.write('/etc/xen/cpupool', 'name = "pool"\nsched = "credit"\n');
  bed.write('/etc/xen/pool2', 'name = "pool"\nsched = "credit"\n');
  bed.write('/etc/xen/README', 'Read this.\n');
  bed.write('/etc/xen/empty', '');
  bed.write('/etc/xen/auto/odd', 'Read this.\n');
  await bed.dom0([
    'sh',
    '-c',
    "cd /etc/xen/auto; ln -s ../web1.cfg web1; ln -s web1 again; ln -s /srv/web2 web2; ln -s '/srv/a b' 'a\nb'; ln -s loop loop; ln -s /nowhere gone; mkfifo pipe; ln -s /dev/zero zero; mkdir dir",
  ]);
  bed.write('/var/lib/xen/save/web 3', 'x');
  const first = await facts();
  expect(first).toMatchObject({ status: 0, errors: '' });
  const files = ['/etc/xen/web1.cfg', '/srv/web2', '/etc/xen/auto/plain', '/srv/a%20b'];
  expect(first.lines).toEqual(
    [
      ...files.flatMap((file) => [`config ${file} name web1`, `config-vif ${file} 0 bridge b`]),
      'config-odd /etc/xen/auto/odd Read%20this.',
      'autostart again /etc/xen/web1.cfg',
      'autostart a%0Ab /srv/a%20b',
      'autostart dir /etc/xen/auto/dir',
      'autostart gone /nowhere',
      'autostart loop loop',
      'autostart odd /etc/xen/auto/odd',
      'autostart pipe /etc/xen/auto/pipe',
      'autostart plain /etc/xen/auto/plain',
      'autostart web1 /etc/xen/web1.cfg',
      'autostart web2 /srv/web2',
      'autostart zero /dev/zero',
      'saved /var/lib/xen/save/web%203',
    ].sort(),
  );
  expect((await facts()).text).toBe(first.text);
  expect((await facts('saved')).lines).toEqual(['saved /var/lib/xen/save/web%203']);
  expect((await facts('link')).text).toBe('');
  // No file may grow: a write would end the writer.
  expect((await facts(ALL, '(ulimit -f 0; TMPDIR=/nowhere; print_config_facts) | cat')).text).toBe(first.text);
});

test('if /etc/xen is itself a link, its files have the names that xl uses', async () => {
  await bed.dom0([
    'sh',
    '-c',
    'mv /etc/xen /srv/xen && ln -s /srv/xen /etc/xen && cd /etc/xen/auto && ln -s ../web1 web1',
  ]);
  await bed.dom0(['sh', '-c', 'printf "%s" "$1" >/etc/xen/web1', 'sh', GUEST]);
  expect((await facts()).lines).toEqual([
    'autostart web1 /etc/xen/web1',
    'config /etc/xen/web1 name web1',
    'config-vif /etc/xen/web1 0 bridge b',
  ]);
});

test('a host without configurations has no facts', async () => {
  expect((await facts()).text).toBe('');
  await bed.dom0(['rm', '-r', '/etc/xen']);
  expect((await facts()).text).toBe('');
});

const kindsOf = ({ lines }: Printed): string[] => [
  ...new Set(lines.filter((line) => line.startsWith('unknown ')).map((line) => line.split(' ')[1] ?? '')),
];

const CONFIGS = ['config', 'config-disk', 'config-odd', 'config-vif'];

test('what is too large or too many is unknown, and no other file is told', async () => {
  bed.write('/etc/xen/web1', GUEST);
  await bed.dom0(['sh', '-c', 'dd if=/dev/zero of=/etc/xen/large bs=1 count=1 seek=2000000000']);
  const large = await facts();
  expect(kindsOf(large)).toEqual(CONFIGS);
  // The others stay known.
  expect(large.lines.filter((line) => line.startsWith('config'))).not.toEqual([]);
  const why = encodeWord('it has 2000000001 bytes, more than 1048576');
  expect(large.lines).toContain(`unknown config-vif ${why} /etc/xen/large`);
  await bed.dom0(['sh', '-c', 'rm /etc/xen/large; cd /etc/xen; for i in $(seq 2001); do : >f$i; done']);
  expect(kindsOf(await facts())).toEqual(CONFIGS);
});

test.each([
  ['find', 'exit 1', ['autostart', ...CONFIGS]],
  ['find', ':', ['autostart', ...CONFIGS]],
  ['stat', 'exit 1', CONFIGS],
  ['stat', 'echo 81a4 5', CONFIGS],
  ['stat', 'echo "81a4 x[\\$(reboot)]"; echo 81a4 5', CONFIGS],
  ['stat', 'exec sleep 600', CONFIGS],
  ['awk', 'exit 2', ['autostart', ...CONFIGS]],
])('if %s does `%s`, the unknown kinds are %j', async (name, script, kinds) => {
  bed.write('/etc/xen/web1', GUEST);
  bed.write('/etc/xen/web2', GUEST);
  await bed.dom0(['ln', '-s', '../web1', '/etc/xen/auto/web1']);
  bed.programs.replace(name, `#!/bin/bash\n${script}\n`);
  // The word of what is unknown needs awk.
  const said = await facts(
    ALL,
    `${name === 'awk' ? 'encode() { word=x; }; ' : ''}timeout() { shift; command timeout 2 "$@"; }; print_config_facts`,
  );
  expect(kindsOf(said)).toEqual(kinds);
  expect(said.lines.some((line) => line.startsWith('config ') || line.startsWith('autostart '))).toBe(kinds.length < 5);
});

test('the number of programs does not depend on the number of files', async () => {
  const started = async (count: number): Promise<string[]> => {
    await bed.dom0([
      'sh',
      '-c',
      `cd /etc/xen; for i in $(seq ${count}); do printf '%s' "$1" >web$i; ln -sf ../web$i auto/web$i; done`,
      'sh',
      `${GUEST}vncpasswd = 'x'\n`,
    ]);
    const wrap = ['awk', 'timeout', 'find', 'stat', 'readlink', 'sha256sum']
      .map((one) => `${one}() { echo ${one} >>/calls; command ${one} "$@"; }`)
      .join('; ');
    bed.write('/calls', '');
    const { lines } = await facts(ALL, `${wrap}; print_config_facts`);
    expect(lines.filter((line) => line.includes(' vncpasswd '))).toHaveLength(count);
    return bed.read('/calls').split('\n').filter(Boolean);
  };
  const one = await started(1);
  expect(one.sort()).toEqual(['awk', 'timeout', 'timeout', 'timeout']);
  expect((await started(100)).sort()).toEqual(one);
});
