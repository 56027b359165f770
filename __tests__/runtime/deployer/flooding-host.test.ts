import { type BedHost, openBedHost } from '../../helpers/bed-host';
import { force } from '../../helpers/gate-estate';

/* Hosts that say too much or never end, over real ssh. */

jest.setTimeout(120_000);

let host: BedHost;
let tree: string;

beforeAll(async () => {
  host = await openBedHost();
  tree = host.tree();
});

afterAll(async () => {
  await host.bed.close();
});

/** The most memory that a command and those below it had at a time, in MiB. */
async function observe(): Promise<{ status: number; stdout: string; stderr: string; mib: number }> {
  const script =
    'ulimit -v 4000000; bash "$0/../../../runtime/deployer/observe.sh" xen01 & pid=$!; most=0; ' +
    'while [ -e /proc/$pid/statm ]; do ' +
    'for id in $pid $(pgrep -P $pid) $(pgrep -P $(pgrep -d , -P $pid || echo 1) || :); do ' +
    'read -r _ pages _ 2>&- <"/proc/$id/statm" && [ ${pages:-0} -gt $most ] && most=$pages; done; sleep 0.2; done; ' +
    'wait $pid; status=$?; echo "most $((most / 256))" >&2; exit $status';
  const { status, stdout, stderr } = await host.bed.lan(['bash', '-c', script, tree]);
  return { status, stdout, stderr, mib: Number(/^most (\d+)$/m.exec(stderr)?.[1]) };
}

test.each([
  ['lines without end', 'yes "word x"'],
  ['a line without end', 'exec tr "\\\\0" x </dev/zero'],
])('a plan stops listening to a host that says %s, and keeps little of it', async (_, answer) => {
  force(host, answer);
  const { status, stdout, stderr, mib } = await observe();
  expect(stderr).toContain('xen01: error: cannot be observed: the host says more than 4096 KiB and was cut off');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(mib).toBeGreaterThan(1);
  expect(mib).toBeLessThan(100);
});

test('a deploy stops listening to a host that says lines without end, and says where it goes on', async () => {
  force(host, 'yes "$(printf "\\033[31m")"');
  const { status, output } = await host.carry(tree, 'bridge-xenbr0');
  expect(output.slice(-300)).toMatch(
    /xen01: error: bridge-xenbr0: the host says more than 1024 KiB and was cut off; its work goes on by itself, see \S+\/log there\n$/,
  );
  expect(output).not.toContain('\u001b');
  expect(status).toBe(1);
});

test('a deploy stops listening to complaints without end', async () => {
  force(host, 'yes >&2');
  const { status, output } = await host.carry(tree, 'bridge-xenbr0');
  expect(output).toContain('and was cut off; its work goes on by itself');
  expect(status).toBe(1);
});
