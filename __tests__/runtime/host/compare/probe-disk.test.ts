import { type DiskBed } from '../../../../lab/guest-images/disk-bed';
import { RULES, SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases, hashOf } from '../../../helpers/guest-disk';

/* What a probe says of the disk of a guest that is down. It opens disks for reading alone. */

jest.setTimeout(60_000);

const ETH0 = `${SCRIPTS}/ifcfg-eth0`;

let bed: DiskBed;
let cases: DiskCases;

beforeAll(async () => {
  cases = await DiskCases.open({ deviceMapper: 'absent' });
  bed = cases.bed;
});

beforeEach(() => {
  bed.domains('');
});

afterAll(async () => {
  await bed.close();
});

/** What the probe says of a disk after somebody has done something to it; not a byte of it may change. */
function probe(image: Parameters<DiskBed['run']>[0], disk?: string): string[] {
  const before = hashOf(image.path);
  const { status, output } = bed.run(image, { action: 'probe', disk });
  expect(status).toBe(0);
  expect(bed.leftOpen(image)).toEqual([]);
  expect(hashOf(image.path)).toBe(before);
  return output.split('\n').filter((line) => line !== '');
}

test.each(['whole', 'partitioned', 'lvm'] as const)(
  'a disk of the form %s that was written has nothing to be told',
  (layout) => {
    expect(probe(cases.write({ layout }).image)).toEqual([]);
  },
);

test.each([
  ['another MAC', `sed -i s/^HWADDR=.*/HWADDR=00:16:3E:11:22:33/ ${ETH0}`, [`/${ETH0}: HWADDR was changed`]],
  [
    'another address and no gateway',
    `sed -i 's/^IPADDR=.*/IPADDR=192.0.2.99/; /^GATEWAY=/d' ${ETH0}`,
    [`/${ETH0}: GATEWAY was changed`, `/${ETH0}: IPADDR was changed`],
  ],
  [
    'no file',
    `rm ${ETH0}`,
    expect.arrayContaining([`/${ETH0}: HWADDR was changed`, `/${ETH0}: IPADDR was changed`]) as string[],
  ],
  [
    'another host name',
    "sed -i 's/^HOSTNAME=.*/HOSTNAME=other/' etc/sysconfig/network",
    ['/etc/sysconfig/network: HOSTNAME was changed'],
  ],
  [
    'a rule of the old machine',
    `sed -i 's/00:16:3e:a6:05:8f/00:16:3e:11:22:33/' ${RULES}`,
    [expect.stringContaining(`/${RULES}: `) as string],
  ],
  ['a remark', `echo '# mine' >>${ETH0}`, []],
])('%s on the disk is told, without values', (_, done, expected) => {
  const { image } = cases.write();
  bed.inGuest(image, done);
  const said = probe(image);
  expect(said.map((line) => line.replace(/^on its disk, /, ''))).toEqual(expected);
  expect(said.join()).not.toMatch(/00:16:3E:11|192\.0\.2\.99|other/i);
});

test('a disk that is gone is drift, one that is in use waits', () => {
  const { image } = cases.write();
  expect(probe(image, 'file,/nowhere/web1.img')).toEqual(['its disk /nowhere/web1.img is gone']);
  bed.domains('7 other\n', `/local/domain/0/backend/vbd/7/51712/params = "${image.path}"\n`);
  expect(probe(image)).toEqual([expect.stringMatching(/^waits: its disk can not be looked at: .*other/)]);
});

test('a disk that a deploy is writing is left to it, also where the guest had another one before', async () => {
  const { image: before } = cases.write();
  const image = bed.disk('el6', 'whole');
  // The deploy stands still while it has the new disk mounted.
  const [hold, writing] = [`${bed.directory}/hold`, `${bed.directory}/writing`];
  bed.check(`touch '${hold}'`);
  bed.program('mv', `touch '${writing}'; while [ -e '${hold}' ]; do sleep 0.1; done; exec /bin/mv "$@"`);
  const deploy = bed.start(image);
  try {
    bed.check(`until [ -e '${writing}' ]; do sleep 0.1; done`);
    for (const disk of [before, image]) {
      const { output } = bed.run(disk, { action: 'probe' });
      expect(output).toMatch(/^waits: its disk can not be looked at: .*another deploy is at work on it/);
    }
  } finally {
    bed.check(`rm -f '${hold}'`);
  }
  const { status, output } = await deploy;
  bed.check(`rm '${bed.directory}/bin/mv'`);
  expect(status === 0 ? '' : output).toBe('');
  expect(bed.read(image, ETH0)).toContain('HWADDR=00:16:3E:A6:05:8F\n');
  expect(bed.faults(image)).toBe('');
  expect(bed.leftOpen(image)).toEqual([]);
});

test('what a killed run has left open is told by a probe, and closed by the next deploy alone', () => {
  const image = bed.disk('el6', 'whole');
  expect(bed.run(image, { killAt: 'mv' }).status).toBeNull();
  const open = bed.leftOpen(image);
  expect(open).not.toEqual([]);
  const { output } = bed.run(image, { action: 'probe' });
  expect(output).toMatch(/^waits: its disk can not be looked at: .*an earlier run ended while it was open/);
  expect(bed.leftOpen(image)).toEqual(open);
  expect(bed.run(image).status).toBe(0);
  expect(bed.leftOpen(image)).toEqual([]);
});
