import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Bed } from '../../../../lab/bed/bed';
import { parseFacts } from '../../../../lib/facts/fact';
import { FACT_KINDS } from '../../../../lib/facts/vocabulary';
import { layRuntime } from '../../../helpers/host-facts';

/* The collector as a whole: what it takes, and what a host may lack. */

jest.setTimeout(120_000);

const RUNTIME = join(__dirname, '../../../../lib/runtime');

let bed: Bed;

beforeEach(async () => {
  bed = await Bed.open();
  layRuntime(
    bed,
    readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sh')),
  );
});

afterEach(async () => {
  await bed.close();
});

const collect = (kinds: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  bed.dom0(['bash', '/runtime/host/facts/collect.sh', ...kinds], { env });

test('it prints facts of the vocabulary, sorted, the same twice, and no word else', async () => {
  const { stdout, stderr, status } = await collect();
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const lines = stdout.split('\n').slice(0, -1);
  expect(lines).toEqual([...new Set(lines)].sort());
  expect(parseFacts(stdout).filter(({ kind }) => kind === 'unknown')).toEqual([]);
  expect(lines.length).toBeGreaterThan(40);
  expect((await collect()).stdout).toBe(stdout);
});

test('it knows all kinds of the vocabulary and no others, and prints only those that are asked for', async () => {
  const { stderr, status } = await collect(['link', 'no kind']);
  expect(status).toBe(1);
  const all = FACT_KINDS.map(({ kind }) => kind).filter((kind) => kind !== 'unknown');
  expect(stderr).toMatch(/^facts: error: there is no kind 'no kind', allowed: /);
  expect(
    stderr
      .trim()
      .replace(/^.*allowed: /, '')
      .split(', ')
      .sort(),
  ).toEqual([...all].sort());
  for (const kind of all) {
    const { stdout } = await collect([kind]);
    expect([kind, [...new Set(parseFacts(stdout).map((fact) => fact.kind))]]).toEqual([
      kind,
      stdout === '' ? [] : [kind],
    ]);
  }
});

test('a fact that is longer than any reader takes is left out, and that is said', async () => {
  bed.write('/etc/sysconfig/network', `NETWORKING=yes\nLONG="${'x'.repeat(3600)}"\n`);
  const { stdout } = await collect(['key']);
  expect(stdout).toContain('key /etc/sysconfig/network NETWORKING yes\n');
  expect(stdout).toMatch(/^unknown key a%20fact%20has%2036\d\d%20characters \/etc\/sysconfig\/network$/m);
  expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(3600);
});

test('a host without timeout(1) says the same, and a program that hangs there does not hold it up', async () => {
  const { stdout } = await collect();
  bed.hide('timeout');
  expect((await bed.dom0(['bash', '-c', 'type timeout'])).status).not.toBe(0);
  expect(await collect()).toMatchObject({ stdout, stderr: '', status: 0 });
  bed.programs.replace('ip', '#!/bin/bash\nexec sleep 60\n');
  const begun = performance.now();
  const { stdout: slow } = await collect(['address', 'key'], { FACT_SECONDS: '1' });
  expect(slow).toMatch(/^unknown address ip.*no%20answer%20within%201%20s$/m);
  expect(slow).toContain('key /etc/sysconfig/network ');
  expect(performance.now() - begun).toBeLessThan(30_000);
});
