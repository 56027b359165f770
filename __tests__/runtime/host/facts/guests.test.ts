import fc from 'fast-check';
import { encodeWord } from '../../../../lib/facts/fact';
import { collectorScript } from '../../../helpers/host-facts';
import { B, DEVICE_FACTS, VIF_FACTS, XEN_FILES, XEN_KINDS, XenHost } from '../../../helpers/xen-host';

/* Facts about domains and their devices. */

jest.setTimeout(120_000);

let host: XenHost;

beforeAll(async () => {
  host = await XenHost.open();
});

afterAll(async () => {
  await host.bed.close();
});

beforeEach(() => {
  host.clear();
});

test('a host with a guest', async () => {
  host.run([{ name: 'web1', id: 7 }]);
  const first = await host.facts();
  expect(first).toMatchObject({ status: 0, errors: '' });
  expect(first.lines).toEqual(
    [
      ...DEVICE_FACTS,
      'domain Domain-0 memory 256',
      'domain Domain-0 state running',
      'domain Domain-0 vcpus 2',
      'domain web1 memory 128',
      'domain web1 state running',
      'domain web1 uuid 6a1ff1c5-0a3c-4a5d-8f6c-0123456789ab',
      'domain web1 vcpus 2',
      ...VIF_FACTS,
      'xen toolstack xl',
      'xen version 4.6.6',
    ].sort(),
  );
  // The guest is restarted: it has another id, and nothing else is different.
  host.run([{ name: 'web1', id: 8 }]);
  expect((await host.facts()).text).toBe(first.text);
});

test('the number of programs does not depend on the number of guests', async () => {
  const started = async (count: number): Promise<string[]> => {
    host.run(Array.from({ length: count }, (_, index) => ({ name: `web ${index}`, id: index + 1 })));
    host.bed.write('/calls', '');
    expect((await host.facts()).lines.filter((line) => line.startsWith('vif '))).toHaveLength(5 * count);
    return host.calls().map((line) => line.replace(/^(\S+( -?\w+)?).*/, '$1'));
  };
  const one = await started(1);
  expect(one).toEqual(['xl list', 'xl info', 'xenstore-read', 'xenstore-ls -f']);
  expect(await started(100)).toEqual(one);
});

test('what is not asked for is not read', async () => {
  host.run([{ name: 'web1', id: 7 }]);
  expect((await host.facts('address route')).text).toBe('');
  expect(host.calls()).toEqual([]);
  expect((await host.facts('vif')).lines).toEqual(VIF_FACTS);
  expect(host.calls()).toEqual(['xl list', `xenstore-ls -f ${B}`]);
});

test('the names are there for the collector of links, in the same shell', async () => {
  host.run([{ name: 'web 1', id: 7 }]);
  const script = collectorScript(XEN_FILES, 'print_guest_facts; echo "$domain_names"');
  const { stdout } = await host.bed.dom0(['bash', '-c', script, 'facts', 'link port']);
  expect(stdout).toBe('0 Domain-0\n7 web%201\n');
  expect(host.calls()).toEqual(['xl list']);
});

test.each([
  ['r-----', 'running'],
  ['-b----', 'running'],
  ['------', 'running'],
  ['--p---', 'paused'],
  ['---s--', 'shut-down'],
  ['---sc-', 'crashed'],
  ['----c-', 'crashed'],
  ['-----d', 'dying'],
  ['--ps-d', 'dying'],
])('state %s is %s', async (state, word) => {
  host.run([{ name: 'web1', id: 7, state }]);
  expect((await host.facts('domain')).lines).toContain(`domain web1 state ${word}`);
});

test('a host without Xen has no facts', async () => {
  const { stdout, stderr } = await host.bed.dom0(
    ['bash', '-c', collectorScript(XEN_FILES, 'print_guest_facts'), 'facts', `${XEN_KINDS} link`],
    { env: { FACTS_PROC: '/proc' } },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});

const UNKNOWN = (why: string): string[] =>
  XEN_KINDS.split(' ')
    .sort()
    .map((kind) => `unknown ${kind} ${encodeWord(why)}`);

test.each([
  ['fails', 'echo no Xen >&2; exit 1', 'xl list failed with exit status 1: no Xen'],
  ['hangs', 'exec sleep 60', 'xl list failed with exit status 124: no answer within 2 s'],
  ['says nothing', ':', 'xl list says something that is not understood: it has no header'],
  [
    'lies',
    'echo Name; echo "web1 x[\\$(reboot)] 1 1 r----- 1.0"',
    'xl list says something that is not understood: web1 x[$(reboot)] 1 1 r----- 1.0',
  ],
])('if xl %s, the domains are unknown, and no guest is missing', async (_name, script, why) => {
  host.program('xl', script);
  expect((await host.facts()).lines).toEqual(UNKNOWN(why));
  const names = collectorScript(
    XEN_FILES,
    'XEN_SECONDS=2; print_guest_facts; echo "$domain_names|$domain_names_unknown"',
  );
  expect((await host.bed.dom0(['bash', '-c', names, 'facts', 'link'])).stdout).toBe(`|${why}\n`);
});

test.each([
  ['xenstore-ls', 'echo broken; exit 1', ['disk', 'vif']],
  ['xenstore-ls', 'exec sleep 60', ['disk', 'vif']],
  ['xenstore-ls', 'printf \' 3 = "x"\\n\'', ['disk', 'vif']],
  ['xenstore-read', 'exit 1', ['domain']],
  ['xenstore-read', 'exec sleep 60', ['domain']],
  ['xenstore-read', 'echo 131072', ['domain']],
  ['xenstore-read', 'echo a; echo /vm/x; echo c', ['domain']],
  ['xenstore-read', 'echo "x[\\$(reboot)]"; echo /vm/x', ['domain']],
])('if %s does `%s`, kinds %j are unknown, and the others are there', async (name, script, kinds) => {
  host.run([{ name: 'web1', id: 7 }]);
  host.program(name, script);
  host.program('xenstore-list', 'echo backend');
  const { lines } = await host.facts();
  expect(lines.filter((line) => line.startsWith('unknown ')).map((line) => line.split(' ')[1])).toEqual(kinds);
  for (const kind of XEN_KINDS.split(' '))
    expect(lines.some((line) => line.startsWith(`${kind} `))).toBe(!kinds.includes(kind));
});

test('a host that has Xen and was booted without it has no domains, for certain', async () => {
  host.program('xl', 'echo no hypervisor >&2; exit 1');
  const script = collectorScript(XEN_FILES, 'print_guest_facts; echo "$domain_names|$domain_names_unknown"');
  const { stdout } = await host.bed.dom0(['bash', '-c', script, 'facts', XEN_KINDS], { env: { FACTS_PROC: '/proc' } });
  expect(stdout).toBe('xen hypervisor none\n|\n');
});

test('before the first guest there is no backend', async () => {
  host.run([]);
  host.program('xenstore-ls', 'echo no such path >&2; exit 1');
  host.program('xenstore-list', 'echo name');
  expect((await host.facts()).lines.filter((line) => line.startsWith('unknown '))).toEqual([]);
});

test('a domain without a target has the memory of the list, and the domains after it have theirs', async () => {
  host.run([
    { name: 'gone', id: 3, state: '-----d' },
    { name: 'web1', id: 7 },
  ]);
  host.program(
    'xenstore-read',
    `for path; do case $path in */3/*) echo "xenstore-read: couldn't read path $path" >&2; exit 1 ;; */target) echo 131072 ;; *) echo /vm/1-2 ;; esac; done`,
  );
  expect((await host.facts('domain')).lines.filter((line) => / (memory|uuid) /.test(line))).toEqual([
    'domain Domain-0 memory 256',
    'domain gone memory 256',
    'domain web1 memory 128',
    'domain web1 uuid 1-2',
  ]);
});

test('entries of domains that are gone and of other kinds are not facts', async () => {
  host.run(
    [{ name: 'web1', id: 7 }],
    [
      `${B}/vif/3/0/mac = "00:16:3e:00:00:03"`,
      `${B}/vif/7[$(id)]/0/mac = "00:16:3e:00:00:06"`,
      `${B}/console/7/0/type = "x"`,
    ],
  );
  expect((await host.facts('vif disk')).text).toBe('');
});

test('disks of all kinds', async () => {
  host.run(
    [{ name: 'web1', id: 7 }],
    [
      `${B}/qdisk/7/51712/params = "qcow2:/images/a b.qcow2"`,
      `${B}/qdisk/7/51712/dev = "xvda"`,
      `${B}/tap/7/51728/params = "aio:/images/\\"c\\"\\\\d\\n\\x07\\351.img"`,
      `${B}/tap/7/51728/type = "tap"`,
      `${B}/vbd/7/5632/params = ""`,
      `${B}/vbd/7/5632/device-type = "cdrom"`,
      `${B}/vbd/7/5632/mode = "r"`,
      `${B}/vbd/7/51744/physical-device = "fd:7"`,
      // As libxl of 4.2 to 4.5 has a file with blktap.
      `${B}/vbd/7/51760/params = "/dev/xen/blktap-2/tapdev3"`,
      `${B}/vbd/7/51760/tapdisk-params = "aio:/images/web1.img"`,
      `${B}/vbd/7/51760/type = "phy"`,
    ],
  );
  expect((await host.facts('disk')).lines).toEqual(
    [
      'disk web1 51728 format aio',
      'disk web1 51728 target /images/"c"\\d%0A%07%E9.img',
      'disk web1 51728 type tap',
      'disk web1 51744 device fd:7',
      'disk web1 51744 target %',
      'disk web1 51744 type vbd',
      'disk web1 51760 format aio',
      'disk web1 51760 target /images/web1.img',
      'disk web1 51760 type phy',
      'disk web1 5632 device-type cdrom',
      'disk web1 5632 mode r',
      'disk web1 5632 target %',
      'disk web1 5632 type vbd',
      'disk web1 xvda format qcow2',
      'disk web1 xvda target /images/a%20b.qcow2',
      'disk web1 xvda type qdisk',
    ].sort(),
  );
});

test('names and values of any bytes come through as words, and nothing of them is run', async () => {
  const name = fc
    .string({ unit: 'binary-ascii', minLength: 1, maxLength: 30 })
    .filter((one) => !/[^ -~]/.test(one) && one.trim() === one && one !== 'Domain-0' && one !== 'END');
  const value = fc
    .string({ unit: 'binary-ascii', maxLength: 30 })
    .filter((one) => !/[^ -~]/.test(one) && !one.includes('\\'));
  await fc.assert(
    fc.asyncProperty(name, value, async (one, script) => {
      host.run([{ name: one, id: 7 }], [`${B}/vif/7/0/script = "${script}"`]);
      const { lines } = await host.facts('domain vif');
      expect(lines).toContain(`domain ${encodeWord(one)} vcpus 2`);
      expect(lines).toContain(`vif ${encodeWord(one)} 0 script ${encodeWord(script)}`);
    }),
    { numRuns: 25, examples: [['$(touch /ran) `id` *', '"; touch /ran; "']] },
  );
  expect(host.bed.exists('/ran')).toBe(false);
});

test('nothing is written, and a full or read-only disk changes nothing', async () => {
  host.run([{ name: 'web1', id: 7 }]);
  for (const one of ['xl', 'xenstore-ls', 'xenstore-read'])
    host.bed.write(`/usr/sbin/${one}`, host.bed.read(`/usr/sbin/${one}`).replace(/^printf.*\n/m, ''), 0o755);
  const { text } = await host.facts();
  // No file may grow: a write would end the writer.
  const script = collectorScript(XEN_FILES, '(ulimit -f 0; TMPDIR=/nowhere; print_guest_facts) | cat');
  expect((await host.bed.dom0(['bash', '-c', script, 'facts', XEN_KINDS])).stdout).toBe(text);
});
