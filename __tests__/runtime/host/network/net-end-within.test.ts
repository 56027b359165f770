import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TIMED = join(__dirname, '../../../../lib/runtime/host/network/timed.sh');

/** Runs a command by `end_within` in a session of its own. */
function endWithin(seconds: number, command: string) {
  const script = `set -u; . ${TIMED}; echo $$; end_within ${seconds} bash -c '${command}' 2>&1; echo "status $?"; echo $SECONDS`;
  const { stdout } = spawnSync('setsid', ['-w', 'bash', '-c', script], { encoding: 'utf8', timeout: 60_000 });
  const [session = '', ...said] = stdout.trim().split('\n');
  return { session, said, status: said.at(-2), seconds: Number(said.at(-1)) };
}

/** Whoever is left of a session after so many seconds; ends as soon as there is nobody. */
async function leftOf(session: string, seconds: number): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-s', session], { encoding: 'utf8' });
    if (stdout === '' || tries >= seconds * 4) return stdout;
    await sleep(250);
  }
}

test('a command that ends in time gives its own status, and leaves nobody who waits for it', async () => {
  const { session, status } = endWithin(40, 'exit 7');
  expect(status).toBe('status 7');
  expect(await leftOf(session, 15)).toBe('');
}, 60_000);

test('a command that hangs gets a TERM, and can end in its own way', async () => {
  const { session, said, status } = endWithin(1, 'trap "echo asked; exit 3" TERM; while :; do sleep 0.1; done');
  expect(said).toContain('asked');
  expect(status).toBe('status 124');
  expect(await leftOf(session, 15)).toBe('');
}, 60_000);

test('whoever does not heed the TERM gets a KILL five seconds later, with all that it has started', async () => {
  const deaf = 'trap "" TERM; (while :; do sleep 0.1; done) & while :; do sleep 0.1; done';
  const { session, status, seconds } = endWithin(1, deaf);
  expect(status).toBe('status 137');
  expect(seconds).toBeGreaterThanOrEqual(5);
  expect(await leftOf(session, 5)).toBe('');
}, 60_000);

test('what is left behind by a command that heeds the TERM gets the KILL all the same', async () => {
  const { session, status } = endWithin(1, '(trap "" TERM; while :; do sleep 0.1; done) & wait');
  expect(status).toBe('status 124');
  expect(await leftOf(session, 20)).toBe('');
}, 60_000);
