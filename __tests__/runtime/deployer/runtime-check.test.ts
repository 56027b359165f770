import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../../helpers/bed-host';

/* What works on a host as root is the runtime that synth has seen, file by file. */

let host: BedHost;

beforeAll(async () => {
  host = await openBedHost();
});
afterAll(() => host.bed.close());

const stackOf = (tree: string): string => join(tree, '../../..');

const EDITED =
  'xen01: error: the runtime of the stack was edited after synth, or damaged on the way; none of it was run, and nothing was changed: synthesize and deploy again\n';

test.each([
  ['the program that starts all work', 'host/run.sh'],
  ['what it sources', 'host/base/files.sh'],
  ['the list of all files', 'list'],
])('an edit of %s is told, and nothing of it runs', async (_, file) => {
  const tree = host.tree();
  const before = await host.etc();
  appendFileSync(join(stackOf(tree), 'runtime', file), '\ntouch /root/was-run\n');
  expect(await host.carry(tree, 'roster')).toEqual({ status: 73, output: EDITED });
  expect(await host.etc()).toBe(before);
  const { stdout } = await host.bed.dom0(['bash', '-c', 'ls /root/was-run /var/lib/cdktf-xen/run 2>&1 || :']);
  expect(stdout).toMatch(/was-run.*No such file/);
  expect(stdout).not.toMatch(/^\d+-/m);
});

test('an edit with a list to match is told too, for the tree names another list', async () => {
  const tree = host.tree();
  const list = join(stackOf(tree), 'runtime/list');
  writeFileSync(list, readFileSync(list, 'utf8').replace(/^.*host\/run\.sh\n/m, ''));
  expect(await host.carry(tree, 'roster')).toEqual({ status: 73, output: EDITED });
});

test('a tree that does not name its runtime is not carried', async () => {
  const tree = host.tree();
  const refused = `xen01: error: ${tree}/runtime does not say which runtime it is for: the tree is of another version, synthesize again\n`;
  const wrong = [6, 60, 63, 65, 640].map((length) => `${'a'.repeat(length)}\n`);
  const code = ["';id;'\n", `';${'x'.repeat(60)};'\n`];
  for (const text of [
    undefined,
    '',
    'abc\n',
    ...wrong,
    ...code,
    `${'z'.repeat(64)}\n`,
    `${'a'.repeat(63)}\n`,
    `${'a'.repeat(65)}\n`,
  ]) {
    if (text === undefined) rmSync(join(tree, 'runtime'));
    else writeFileSync(join(tree, 'runtime'), text);
    expect(await host.carry(tree, 'roster')).toEqual({ status: 1, output: refused });
  }
});

test('a runtime as it was synthesized works', async () => {
  expect(await host.carry(host.tree(), 'roster')).toMatchObject({ status: 0 });
});
