import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XlParser } from '../../../lab/xl/xl';

const PYGRUB = 'name = "web1"\nmemory = 512\nbootloader = "pygrub"\ndisk = [ "phy:/dev/vg0/web1,xvda,w" ]\n';

/** A machine may have other things to do. */
jest.setTimeout(60_000);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function program(path: string, script: string): string {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, path), 0o755);
  return join(root, path);
}

test('a good configuration gives the domain and no complaint', async () => {
  expect(await XlParser.open().parse(PYGRUB)).toMatchObject({
    status: 0,
    domain: {
      c_info: { type: 'pv', name: 'web1' },
      b_info: { target_memkb: 512 * 1024, bootloader: 'pygrub' },
      disks: [{ pdev_path: '/dev/vg0/web1', vdev: 'xvda', format: 'raw', readwrite: 1 }],
    },
    complaints: [],
  });
});

test('a configuration that is none gives no domain and says why', async () => {
  const answer = await XlParser.open().parse('name = "web1\n');
  expect(answer).toMatchObject({ status: 1, domain: undefined });
  expect(answer.complaints.join('\n')).toContain('config parsing error');
});

test('what xl forgives is a complaint, though it exits with 0', async () => {
  const answer = await XlParser.open().parse(`${PYGRUB}vif = [ "mac=00:16:3e:80:00:01,brige=xenbr0" ]\n`);
  expect(answer.status).toBe(0);
  expect(answer.complaints.join('\n')).toContain('unrecognized argument');
});

test('many configurations are answered in their order', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `web${index}`);
  const answers = await XlParser.open().parseAll(names.map((name) => PYGRUB.replace('web1', name)));
  expect(answers.map((answer) => answer.domain?.c_info.name)).toEqual(names);
});

test('a missing xl is an error that names the package', () => {
  expect(() => XlParser.open({ libraries: root })).toThrow(
    `no xl in ${root}/xen-*/bin: install Debian's package xen-utils-4.17 (or the release at hand)`,
  );
  expect(() => XlParser.open({ libraries: join(root, 'none') })).toThrow('package xen-utils-4.17');
});

test('the newest release that has an xl is taken', () => {
  for (const release of ['xen-4.6', 'xen-4.14', 'xen-4.2']) program(`lib/${release}/bin/xl`, 'exit 1');
  mkdirSync(join(root, 'lib/xen-4.17/lib'), { recursive: true });
  expect(XlParser.open({ libraries: join(root, 'lib') }).program).toBe(join(root, 'lib/xen-4.14/bin/xl'));
});

test('a missing compiler is an error that names the package', () => {
  const places = { compiler: join(root, 'no-cc'), cache: join(root, 'cache') };
  expect(() => XlParser.open(places)).toThrow('install the packages gcc and libc6-dev');
});

test('missing headers are an error that names the package, and leave nothing in the cache', () => {
  const compiler = program('cc', 'echo "fatal error: xenctrl.h: No such file or directory" >&2; exit 1');
  expect(() => XlParser.open({ compiler, cache: join(root, 'cache') })).toThrow('install the package libxen-dev');
  expect(readdirSync(join(root, 'cache'))).toEqual([]);
});

test('the stand-in is compiled once and then comes from the cache', () => {
  const places = { cache: join(root, 'cache') };
  XlParser.open(places);
  XlParser.open({ ...places, compiler: join(root, 'no-cc') });
  expect(readdirSync(places.cache)).toEqual([expect.stringMatching(/^no-hypervisor-[0-9a-f]{16}\.so$/)]);
});

test('an xl that does not come to an end is an error, not an answer', async () => {
  program('lib/xen-4.17/bin/xl', 'kill -9 $$');
  await expect(XlParser.open({ libraries: join(root, 'lib') }).parse(PYGRUB)).rejects.toThrow('did not come to an end');
});
