import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/* The ends of a copy are joined, and neither of them can hold a deploy for ever. */

const LIB = join(__dirname, '../../../lib');

function joined(receiving: string, sending: string): { seconds: number; said: string } {
  const script = `set -euo pipefail
    trap '' PIPE
    . runtime/both/numbers.sh
    . runtime/both/join.sh
    receiving() { ${receiving}; }
    sending() { ${sending}; }
    join_ends 2 receiving sending
    echo "$word $received $sent"`;
  const begun = Date.now();
  const { stdout } = spawnSync('bash', ['--norc', '-c', script], {
    cwd: LIB,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  return { seconds: (Date.now() - begun) / 1000, said: stdout };
}

test('what one end says the other one hears', () => {
  const { said } = joined(
    'echo ready; read -r line; [ "$line" = size ] || exit 9; echo "end"',
    'echo size; read -r line; [ "$line" = end ] || exit 8',
  );
  expect(said).toBe('ready 0 0\n');
});

test.each([
  ['a target that says nothing', 'exec sleep 60', 'exit 7', / 143 0\n$/],
  ['a target whose first line never ends', "tr '\\0' r </dev/zero", 'exit 7', /^r{16} \d+ 0\n$/],
  ['a target that stays', 'echo ready; exec sleep 60', 'exit 3', /^ready 143 3\n$/],
  ['a source that stays', 'echo ready; exit 3', 'exec sleep 60', /^ready 3 143\n$/],
])('%s is ended', (_name, receiving, sending, said) => {
  const outcome = joined(receiving, sending);
  expect(outcome.said).toMatch(said);
  expect(outcome.seconds).toBeLessThan(15);
});

test('a copy may take longer than an end that stays', () => {
  expect(joined('echo ready; sleep 4; exit 0', 'sleep 4; exit 0').said).toBe('ready 0 0\n');
});
