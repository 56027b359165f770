import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Bed } from '../../../../lab/bed/bed';
import { RECORDS, UNIT, content, installLvm, must, removeVolumes, replaceXen } from '../../../helpers/copy-estate';
import { RunFolder } from '../../../helpers/run-folder';
import { runtimeFiles } from '../../../helpers/runtime-files';
import { CANARY, FORMS, KINDS, type Kind, SUM, chances, honest, hostileLines } from '../../../helpers/hostile-lines';

/* Whatever the other end of a copy says: nothing of it runs, nobody is killed, nothing that is not the copy's is touched. */

jest.setTimeout(120_000);

const FILES = 'xen01 web1 file /images/web1.img file /images/copy.img 0';
const VOLUMES = 'xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/copy 4';
const CHUNK = 65536;
const ID = '0123456789abcdef';
const MIB = 1048576;
// Reads for a copy too, but not for the one that is talked about.
const STRANGER = 'env CDKTF_XEN_COPY=fedcba9876543210 sleep 600 </dev/null >/dev/null 2>&1 & echo $! >>/run/strangers';

let bed: Bed;
let folder: RunFolder;

beforeAll(async () => {
  bed = await Bed.open();
  folder = RunFolder.make(bed);
  replaceXen(bed);
  await installLvm(bed, 16);
  await must(bed, `mkdir -p /images; ${STRANGER}; sleep 600 </dev/null >/dev/null 2>&1 & echo $! >>/run/strangers`);
  bed.write('/images/web1.img', content(['a', 2 * CHUNK], ['', CHUNK], ['b', 700]));
  await must(bed, 'for name in web1 other; do lvcreate -Zn -n $name -L 1024k vg0; done');
}, 60_000);

beforeEach(async () => {
  await must(bed, `rm -rf ${CANARY} ${RECORDS} /images/.??* /run/taken /run/err`);
});

afterEach(async () => {
  expect(bed.exists(CANARY)).toBe(false);
  expect(await must(bed, 'for pid in $(</run/strangers); do [ -d /proc/$pid ] || echo "$pid was killed"; done')).toBe(
    '',
  );
  expect(await must(bed, "LC_ALL=C tr -d '\\n\\40-\\176' </run/err | od -c")).toBe('0000000\n');
});

afterAll(async () => {
  await must(bed, 'for pid in $(</run/strangers); do kill $pid || :; done');
  await removeVolumes(bed);
  await bed.close();
});

/** The words that an end is told, as the deployer's side writes them on the command line. */
function toldOf(line: string): string {
  const script =
    'set -euo pipefail; . runtime/deployer/copy.sh; check_copy_settings; check_copy_line "$1"; find_copy_words; echo "$copy_words"';
  const environment = { CDKTF_XEN_COPY_CHUNK: `${CHUNK}`, CDKTF_XEN_COPY_STALL: '1', CDKTF_XEN_COPY_PATIENCE: '2' };
  return execFileSync('bash', ['--norc', '-c', `host=xen02 unit=${UNIT} STACK=$PWD; ${script}`, 'carry', line], {
    cwd: join(__dirname, '../../../../lib'),
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  }).trim();
}

/** A program on the host that is an end of a copy of a line. */
function install(name: string, line: string, what: string): void {
  bed.write(`/run/${name}`, `exec bash ${folder.path}/runtime/host/copy/end.sh ${what} ${toldOf(line)}\n`);
}

const volumes = () => must(bed, `cut -d '|' -f 1 /var/lib/lvm-stand-in/volumes`);

// What the ends do with a line of each kind before anything else is known of it.
const READER = `
OTHER_END="the other end"
begin_end
find_target_names
: >/run/taken
for kind in ${KINDS.join(' ')}; do
  status=0
  while [ "$status" -ne 3 ]; do
    status=0
    (
      hear_end 5 "$kind"
      case $kind in
        size) set_size "$index" ;;
        copy) [ "$word" = copy ] || exit 1; ID=$index; end_stale_readers ;;
      esac
      printf '%s\\n' "$kind:$word $index $rest" >>/run/taken
    ) || status=$?
  done <"/run/lines-$kind" &
done
wait
`;

/** What an end is before it begins, to go on with something else. */
function endWithout(line: string): string {
  const text = runtimeFiles()['host/copy/end.sh'] ?? '';
  const upToWork = text.slice(0, text.indexOf('\ncase $what in'));
  return `set -- receive ${toldOf(line)}\n${upToWork.replace('cd "${0%/*}/../../.."', `cd ${folder.path}`)}\n`;
}

test('of thousands of hostile lines only those in the exact form are taken, and none runs', async () => {
  const lines = hostileLines(2400, 'lines');
  for (const kind of KINDS) {
    const said = lines.filter(([of]) => of === kind).map(([, line]) => Buffer.concat([line, Buffer.from('\n')]));
    bed.write(`/run/lines-${kind}`, Buffer.concat(said));
  }
  bed.write('/run/reader.sh', `${endWithout(FILES)}${READER}`);
  const { status } = await bed.dom0(['bash', '-c', 'exec bash /run/reader.sh 2>/run/err'], { timeoutSeconds: 100 });
  expect(status).toBe(0);
  const taken = bed.read('/run/taken').trim().split('\n');
  const wrong = taken.filter((line) => {
    const [kind, said = ''] = line.split(/:(.*)/);
    return !FORMS[kind as Kind].test(said.trimEnd());
  });
  expect(wrong).toEqual([]);
  // Some are in form by chance; without them nothing would have been read at all.
  expect(taken.length).toBeGreaterThan(50);
  expect(bed.read('/run/err').split('\n').length).toBeGreaterThan(1500);
});

/** Whole sessions of one end against what the other one says; each ends by itself, with an error. */
async function sessions(program: string, heard: readonly Buffer[]): Promise<void> {
  heard.forEach((lines, index) => {
    bed.write(`/run/session-${index}`, lines);
  });
  const loop = `for ((n = 0; n < ${heard.length}; n++)); do
    status=0
    cat /run/session-$n | timeout -s KILL 20 bash /run/${program} 2>>/run/err >/dev/null || status=\${PIPESTATUS[1]}
    case $status in 1 | 3) ;; *) echo "session $n: exit status $status" ;; esac
  done`;
  const { stdout } = await bed.dom0(['bash', '-c', loop], { timeoutSeconds: 110 });
  expect(stdout).toBe('');
}

const said = (...lines: (string | Buffer)[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));

/** Honest at first, for so many lines, then whatever. */
function strange(count: number, first: readonly string[], kinds: readonly Kind[], seed: string): Buffer[] {
  const chance = chances(seed);
  return Array.from({ length: count }, (_, n) => {
    const opening = first.slice(0, chance(first.length + 1));
    const next = Array.from({ length: chance(3) }, () => honest(kinds[chance(kinds.length)] ?? 'done', chance));
    return said(...opening, ...next, ...hostileLines(6, `${seed} ${n}`).map(([, line]) => line));
  });
}

const CODE_IN_SIZE = said(`size COUNT[$(touch\${IFS}${CANARY})] plain`);

test.each([
  ['a file', FILES],
  ['a volume', VOLUMES],
])('the target of %s ends whatever the source says', async (_name, line) => {
  install('receive.sh', line, 'receive');
  const first = ['size 196708 plain', `zero 0 ${SUM}`, `same 1 ${SUM}`];
  await sessions('receive.sh', [
    CODE_IN_SIZE,
    said('size 999999999999999999 plain'),
    ...strange(15, first, ['chunk', 'size'], line),
  ]);
  expect(bed.read('/run/err')).toMatch(/ are missing\n/);
  expect(await volumes()).toMatch(/^web1\nother\n(copy.copying\n)?$/);
  if (line === VOLUMES) await must(bed, 'lvremove -f vg0/copy.copying');
});

test.each([
  ['a file', FILES],
  ['a volume', VOLUMES],
])('the source of %s ends whatever the target says', async (_name, line) => {
  install('send.sh', line, 'send ready');
  const first = [`copy ${ID}`, '-', SUM, '-'];
  await sessions('send.sh', [said('copy .*'), said('copy '), ...strange(12, first, ['offer', 'copy'], line)]);
  expect(await volumes()).toBe('web1\nother\n');
});

test('a source is not told to remove a volume that only has the name and a tag of a snapshot of ours', async () => {
  install('send.sh', VOLUMES, 'send left');
  const name = await must(bed, `printf '%s' 'xen02 /dev/vg0/copy' | sha256sum | cut -c 1-8`);
  const snapshot = `web1.cdktf-xen-copy-${name.trim()}`;
  await must(bed, `lvcreate -s --addtag cdktf-xen-copy-${ID} -n ${snapshot} -L 1m vg0/other`);
  await must(bed, `echo 'copy ${ID}' | bash /run/send.sh 2>/run/err`);
  expect(await volumes()).toBe(`web1\nother\n${snapshot}\n`);
  await must(bed, `lvremove -f vg0/${snapshot}`);
});

test('an unfinished volume is not given up for a size that has no room', async () => {
  install('receive.sh', VOLUMES, 'receive');
  await sessions('receive.sh', [said(`size ${MIB} plain`), said('size 999999999999999999 plain')]);
  expect(bed.read('/run/err')).toMatch(
    /volume group vg0 on xen02 has 14.0 MiB free, disk \/dev\/vg0\/copy needs [0-9.]+ GiB/,
  );
  expect(await volumes()).toBe('web1\nother\ncopy.copying\n');
  // One that has the room of the old volume is taken.
  await sessions('receive.sh', [said(`size ${14 * MIB} plain`)]);
  expect(await must(bed, 'blockdev --getsize64 /dev/vg0/copy.copying')).toBe(`${14 * MIB}\n`);
  await must(bed, 'lvremove -f vg0/copy.copying');
});

test('an end is not held by a line that never ends, nor by silence, nor by one who takes nothing', async () => {
  install('receive.sh', FILES, 'receive');
  install('send.sh', FILES, 'send ready');
  bed.write('/images/long.img', content(['a', 40 * CHUNK]));
  install('slow.sh', FILES.replace('web1.img', 'long.img'), 'send ready');
  const endings = [
    `tr '\\0' x </dev/zero | { try receive.sh; } >/dev/null`,
    `tr '\\0' x </dev/zero | { try send.sh; } >/dev/null`,
    `sleep 20 | { try receive.sh; } >/dev/null`,
    `sleep 20 | { try send.sh; } >/dev/null`,
    `{ echo 'copy ${ID}'; yes -; } 2>/dev/null | { try slow.sh; } > >(exec sleep 20 >/dev/null)`,
  ];
  const script = `ulimit -v 400000
    try() { status=0; timeout 20 bash /run/$1 2>>/run/err || status=$?; echo $status >>/run/ends; }
    : >/run/ends
    ${endings.map((ending) => `${ending} &`).join('\n')}
    for ((n = 0; n < 180; n++)); do [ $(wc -l </run/ends) -lt 5 ] || break; sleep 0.1; done`;
  expect((await bed.dom0(['bash', '-c', script], { timeoutSeconds: 60 })).status).toBe(0);
  expect(bed.read('/run/ends').trim().split('\n').sort()).toEqual(['1', '1', '3', '3', '3']);
});
