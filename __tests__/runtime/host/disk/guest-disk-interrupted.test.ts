import { type DiskBed } from '../../../../lab/guest-images/disk-bed';
import type { GuestImage } from '../../../../lab/guest-images/image';
import { RULES, SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases } from '../../../helpers/guest-disk';

/* A run that ends half-way, before each call of a program that changes something. */

jest.setTimeout(900_000);

const FILES = [`${SCRIPTS}/ifcfg-eth0`, RULES, 'etc/sysconfig/network'];
/** Prints them one after the other, and the names of temporary files that are left. */
const read = `for file in ${FILES.join(' ')}; do cat $file; printf '\\0'; done; find . -name '.cdktf-xen*'`;
const MOUNTED = '/var/lib/cdktf-xen/guest-disk/web1/root';

let bed: DiskBed;
let cases: DiskCases;

beforeAll(async () => {
  cases = await DiskCases.open({ deviceMapper: 'absent' });
  bed = cases.bed;
});

afterAll(async () => {
  await bed.close();
});

function texts(image: GuestImage): string[] {
  return bed.inGuest(image, read, 'ro,noload').split('\0');
}

/** The files as the kernel has them now: on the disk that was left mounted, or on a copy of it. */
function textsNow(copy: GuestImage): string[] {
  const mounted = bed.check(`grep -c ' ${MOUNTED} ' /proc/mounts || :`).trim() === '1';
  return mounted ? bed.check(`cd '${MOUNTED}'; ${read}`).split('\0') : texts(copy);
}

test('killed at any step, each file is the old one or the new one, and the next run puts all in order', () => {
  const old = texts(bed.disk('el6', 'whole'));
  const done = bed.disk('el6', 'whole');
  cases.write({ image: done });
  const wanted = texts(done);
  const states = new Set<string>();
  let step = 0;
  for (;;) {
    step += 1;
    const image = bed.disk('el6', 'whole');
    const { status } = bed.run(image, { killAt: step });
    if (status === 0) break;
    expect(status).toBeNull();
    // The power goes at this very moment: what is on the disk now is all there will ever be.
    const cut = { ...image, path: `${image.path}.cut` };
    bed.check(`cp --sparse=always '${image.path}' '${cut.path}'`);
    const found = textsNow(cut);
    const kinds = found
      .slice(0, FILES.length)
      .map((text, index) => (text === old[index] ? 'old' : text === wanted[index] ? 'new' : 'half'));
    expect([step, ...kinds]).not.toContain('half');
    states.add(kinds.join(' '));
    for (const disk of [image, cut]) {
      const next = bed.run(disk);
      expect(next.status === 0 ? '' : `step ${step}: ${next.output}${next.log}`).toBe('');
      expect(texts(disk)).toEqual(wanted);
      expect(bed.faults(disk)).toBe('');
      expect(bed.leftOpen(disk)).toEqual([]);
    }
    bed.check(`rm '${image.path}' '${cut.path}'`);
  }
  // Every state on the way was met, so the steps were the right ones.
  expect([...states].sort()).toEqual(['new new new', 'new new old', 'new old old', 'old old old']);
  expect(step).toBeGreaterThan(20);
});

test('ended by a signal that can be caught, it closes the disk itself', () => {
  for (const step of [1, 6, 12, 20, 28]) {
    const image = bed.disk('el6', 'lvm');
    const { status } = bed.run(image, { killAt: step, killWith: 'TERM' });
    expect(status).toBe(143);
    expect(bed.leftOpen(image)).toEqual([]);
  }
});

test('a loop device that was given to others since is not touched by the next run', () => {
  const image = bed.disk('el6', 'whole');
  const other = bed.disk('el6', 'whole');
  const loop = bed.check(`losetup -f --show '${other.path}'`).trim();
  try {
    bed.check(
      `mkdir -p /var/lib/cdktf-xen/guest-disk/web1 && echo 'loop ${loop} 0 ${image.path}' > /var/lib/cdktf-xen/guest-disk/web1/open`,
    );
    const { status, output } = bed.run(image);
    expect(output).toContain('an earlier run ended while the disk of guest web1 was open; closing it');
    expect(status).toBe(0);
    expect(bed.check(`cat /sys/block/${loop.replace('/dev/', '')}/loop/backing_file`).trim()).toBe(other.path);
  } finally {
    bed.check(`losetup -d ${loop}`);
  }
});

test('somebody who looks around in the mounted disk is waited for', () => {
  const image = bed.disk('el6', 'whole');
  // Stands in for a nightly updatedb: it is in the folder when the disk is to be closed.
  bed.program(
    'umount',
    `if [ ! -e '${bed.directory}/seen' ]; then touch '${bed.directory}/seen'; (cd "$2" && exec sleep 2 >/dev/null 2>&1) & fi; sleep 0.1; exec /bin/umount "$@"`,
  );
  const { status, output } = bed.run(image);
  bed.check(`rm '${bed.directory}/bin/umount' '${bed.directory}/seen'`);
  expect(output).not.toContain('error');
  expect(status).toBe(0);
  expect(bed.leftOpen(image)).toEqual([]);
});

test('a disk that can not be closed is an error that forbids the start', () => {
  const image = bed.disk('el6', 'whole');
  bed.program('umount', 'echo "target is busy" >&2; exit 1');
  const { status, output } = bed.run(image);
  bed.check(`rm '${bed.directory}/bin/umount'`);
  expect(output).toContain(`error: the disk of guest web1 is still open on the host: ${MOUNTED}: target is busy`);
  expect(output).toContain('do not start the guest');
  expect(status).toBe(1);
  expect(bed.run(image)).toMatchObject({ status: 0 });
  expect(bed.leftOpen(image)).toEqual([]);
});
