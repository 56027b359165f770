import fc from 'fast-check';
import { type DiskBed } from '../../../../lab/guest-images/disk-bed';
import type { GuestImage } from '../../../../lab/guest-images/image';
import { RULES, SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases } from '../../../helpers/guest-disk';

/* What the root of a guest may have prepared on its disk for whoever writes on it as root of dom0. */

jest.setTimeout(900_000);

const ETH0 = `${SCRIPTS}/ifcfg-eth0`;

let bed: DiskBed;
let cases: DiskCases;
/** A folder of dom0 with the same names in it as the guest's root. */
let dom0: string;

beforeAll(async () => {
  cases = await DiskCases.open({ deviceMapper: 'absent' });
  bed = cases.bed;
  dom0 = `${bed.directory}/dom0`;
});

afterAll(async () => {
  await bed.close();
});

function furnishDom0(): void {
  const files = [ETH0, `${SCRIPTS}/ifcfg-lo`, RULES, 'etc/sysconfig/network', 'etc/redhat-release', 'secret'];
  const write = files.map((file) => `mkdir -p $(dirname ${file}); echo 'DEVICE=dom0 # ${file}' > ${file}`).join('; ');
  bed.check(`rm -rf '${dom0}'; mkdir -p '${dom0}/empty'; cd '${dom0}'; ${write}; mkfifo pipe`);
}

const stateOfDom0 = (): string =>
  bed.check(
    `cd '${dom0}'; find . -printf '%P %y %m %U:%G %s %T@ %C@ %n\\n' | sort; find . -type f -exec sha256sum {} + | sort`,
  );

/** Runs on a prepared disk and checks what must hold whatever is on it. */
function attack(image: GuestImage): { readonly output: string; readonly status: number | null } {
  const before = stateOfDom0();
  const outcome = bed.run(image);
  expect(stateOfDom0()).toBe(before);
  expect(bed.leftOpen(image)).toEqual([]);
  expect(bed.faults(image)).toBe('');
  expect(outcome.output).toMatch(/^[\n -~]*$/);
  expect(outcome.output).not.toContain('unexpected failure');
  expect([0, 1]).toContain(outcome.status);
  if (outcome.status === 1) expect(outcome.output).toContain('error: ');
  return outcome;
}

test('a link under the name of a temporary file is not followed', () => {
  furnishDom0();
  const names = [`${SCRIPTS}/.cdktf-xen.ifcfg-eth0.new`, 'etc/sysconfig/.cdktf-xen.network.new'];
  const plant = names.map((name) => `ln -s '${dom0}/secret' ${name}`).join('; ');
  const image = cases.prepare({ before: plant });
  expect(attack(image).status).toBe(0);
  expect(bed.read(image, ETH0)).toContain('HWADDR=00:16:3E:A6:05:8F\n');
});

test('a folder that is a link to one of dom0 is none of the guest', () => {
  furnishDom0();
  for (const folder of ['etc', 'etc/sysconfig', SCRIPTS, 'etc/udev', 'etc/udev/rules.d']) {
    const image = cases.prepare({ before: `mv ${folder} away; ln -s '${dom0}/${folder}' ${folder}` });
    const { output } = attack(image);
    if (!folder.includes('udev')) expect(output).toContain('error: ');
  }
});

test('names that are links to pipes and devices are refused without opening them', () => {
  furnishDom0();
  for (const target of [`${dom0}/pipe`, '/dev/zero', '/proc/self/mem', '/dev/tty']) {
    const image = cases.prepare({ before: `rm ${ETH0}; ln -s '${target}' ${ETH0}` });
    expect(attack(image).output).toContain(`/${ETH0} is a link to ${target}, outside /etc/sysconfig`);
  }
});

test('a file system that contradicts itself is not mounted for writing', () => {
  furnishDom0();
  const image = cases.prepare({});
  // A name that leads to nothing, as no kernel leaves one; the state says clean.
  bed.check(`debugfs -w -R 'clri /var/lib/data/blob' '${image.path}' 2>&1`);
  const before = bed.check(`sha256sum '${image.path}'`);
  const outcome = bed.run(image);
  expect(outcome.status).toBe(1);
  expect(outcome.output).toMatch(/e2fsck finds its ext4 damaged: .*\n {2}check it, then deploy again/);
  expect(bed.check(`sha256sum '${image.path}'`)).toBe(before);
  expect(bed.leftOpen(image)).toEqual([]);
});

const PLACES = [
  ...['etc', 'etc/sysconfig', SCRIPTS, ETH0, `${SCRIPTS}/ifcfg-lo`, `${SCRIPTS}/ifcfg-eth7`],
  ...['etc/sysconfig/network', 'etc/sysconfig/networking', 'etc/sysconfig/networking/devices/ifcfg-eth0'],
  ...['etc/sysconfig/networking/profiles/default/ifcfg-eth0', 'etc/sysconfig/networking/profiles/default'],
  ...['etc/udev', 'etc/udev/rules.d', RULES, 'etc/udev/rules.d/00-model.rules', 'etc/redhat-release'],
  ...[
    `${SCRIPTS}/.cdktf-xen.ifcfg-eth0.new`,
    `${SCRIPTS}/.cdktf-xen.AAAAAAAAAA`,
    'etc/sysconfig/.cdktf-xen.network.new',
  ],
];

/** Shell text that leaves something in the place of a path; what was there is at `$AWAY`. */
const KINDS: readonly ((path: string) => string)[] = [
  (path) => `ln -s "$DOM0/${path}" ${path}`,
  (path) => `ln -s "$DOM0/secret" ${path}`,
  (path) => `ln -s "$DOM0/empty" ${path}`,
  (path) => `ln -s "$DOM0/pipe" ${path}`,
  (path) => `ln -s "../../../../../../../../../..$DOM0/${path}" ${path}`,
  (path) => `ln -s ${path.split('/').at(-1)} ${path}`,
  (path) => `ln -s "$(head -c 3000 /dev/zero | tr '\\0' x)" ${path}`,
  (path) => `ln -s "$(printf 'a\\nb\\033[2J')" ${path}`,
  (path) => `ln -s /away ${path}; mv "$AWAY" away`,
  (path) => `mkfifo ${path}`,
  (path) => `mknod ${path} c 1 5`,
  (path) => `mknod ${path} b 7 0`,
  (path) => `mkdir ${path}`,
  (path) => `truncate -s 2T ${path} || truncate -s 15G ${path}`,
  (path) => `printf 'DEVICE=$(touch "$DOM0/secret")\\nHWADDR=\\033]0;x\\007' > ${path}`,
  (path) => `head -c 3000 /dev/urandom > ${path}`,
  (path) => `{ mkdir ${path}; ln -s "$DOM0/secret" ${path}/.cdktf-xen.x.new; ln -s "$DOM0/empty" ${path}/ifcfg-eth0; }`,
];

test('whatever stands in the place of a file or a folder, nothing of dom0 is opened or changed', () => {
  furnishDom0();
  const planting = fc.array(fc.tuple(fc.constantFrom(...PLACES), fc.nat({ max: KINDS.length - 1 })), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(planting, (plants) => {
      const steps = plants.map(([path, kind]) => {
        const plant = KINDS[kind]?.(path) ?? '';
        // The bed plants as root of this machine: what an earlier plant has led out of the disk is left alone.
        return `mkdir -p $(dirname ${path}) 2>/dev/null || :; if [ "$(readlink -f $(dirname ${path}))" = "$ROOT/$(dirname ${path})" ]; then AWAY=$(mktemp -u ./gone.XXXXXX); mv -T ${path} $AWAY 2>/dev/null || :; { ${plant}; } 2>/dev/null || :; fi`;
      });
      const image = cases.prepare({ before: `DOM0='${dom0}'; ${steps.join('; ')}` });
      attack(image);
      bed.check(`rm -f '${image.path}'`);
    }),
    { numRuns: 40 },
  );
});
