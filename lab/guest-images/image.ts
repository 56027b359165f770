import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type GuestOs, writeRootTree } from './root-tree';

/** How a disk is divided. */
export type Layout = 'whole' | 'partitioned' | 'logical' | 'gpt' | 'lvm' | 'lvm-in-pieces' | 'lvm-whole';

/** A guest's disk in a file. */
export interface GuestImage {
  readonly path: string;
  /** Bytes from its start to the root file system. */
  readonly offset: number;
  /** The value of the word root. */
  readonly root: string;
}

const MIB = 1024 * 1024;
const ROOT_MIB = 24;

function run(command: string, args: readonly string[], input?: string): string {
  return execFileSync(command, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** A file system as the release's own installer makes it, filled with its tree. */
function makeFilesystem(directory: string, os: GuestOs): string {
  const tree = join(directory, `tree-${os}`);
  const path = join(directory, `root-${os}`);
  mkdirSync(tree);
  writeRootTree(tree, os);
  const kind = os === 'el5' ? ['-t', 'ext3', '-I', '128'] : ['-t', 'ext4', '-O', '^64bit,^metadata_csum'];
  run('mke2fs', ['-q', '-F', '-b', '1024', ...kind, '-d', tree, path, `${ROOT_MIB}M`]);
  return path;
}

function put(image: string, offset: number, content: string): void {
  const file = openSync(image, 'r+');
  writeSync(file, readFileSync(content), 0, undefined, offset);
  closeSync(file);
}

/** sfdisk's own scripts; the root is the partition of type 83, or of 8e for LVM. */
const TABLES: Partial<Record<Layout, string>> = {
  partitioned: `label: dos\n,4M,c\n,${ROOT_MIB}M,83\n,4M,82\n`,
  logical: `label: dos\n,4M,c\n,,5\n,4M,82\n,${ROOT_MIB}M,83\n`,
  gpt: `label: gpt\n,4M,U\n,${ROOT_MIB}M,L\n`,
  lvm: 'label: dos\n,4M,83\n,48M,8e\n',
  'lvm-in-pieces': 'label: dos\n,4M,83\n,64M,8e\n',
};

const ROOTS: Record<Layout, string> = {
  whole: 'whole',
  partitioned: 'partition,2',
  logical: 'partition,6',
  gpt: 'partition,2',
  lvm: 'lv,VolGroup00/LogVol00',
  'lvm-in-pieces': 'lv,VolGroup00/LogVol00',
  'lvm-whole': 'lv,VolGroup00/LogVol00',
};

/** First byte and length of a partition, as sfdisk says. */
function partition(image: string, number: number): { start: number; size: number } {
  const line = run('sfdisk', ['-d', image])
    .split('\n')
    .find((entry) => entry.startsWith(`${image}${number} `));
  const [, start, size] = /start= *(\d+), size= *(\d+)/.exec(line ?? '') ?? [];
  return { start: Number(start) * 512, size: Number(size) * 512 };
}

/**
 * A disk with a root file system in it, by mke2fs, sfdisk and LVM's own tools. LVM works on metadata alone here, so no
 * device-mapper is needed. `lvm-in-pieces` has another volume between the two halves of the root.
 */
export function makeImage(directory: string, os: GuestOs, layout: Layout): GuestImage {
  const filesystem = makeFilesystem(directory, os);
  const root = ROOTS[layout];
  if (layout === 'whole') return { path: filesystem, offset: 0, root };
  const path = join(directory, `disk-${os}-${layout}.img`);
  run('truncate', ['-s', '80M', path]);
  const table = TABLES[layout];
  if (table !== undefined) run('sfdisk', ['-q', path], table);
  if (!layout.startsWith('lvm')) {
    const offset = partition(path, Number(root.replace('partition,', ''))).start;
    put(path, offset, filesystem);
    return { path, offset, root };
  }
  const place = layout === 'lvm-whole' ? { start: 0, size: statSync(path).size } : partition(path, 2);
  const offset = place.start + makeVolumes(directory, path, place, filesystem, layout === 'lvm-in-pieces');
  return { path, offset, root };
}

/** Makes a volume group in a part of a disk and writes the file system into its volume; gives the volume's first byte in it. */
function makeVolumes(
  directory: string,
  image: string,
  { start, size }: { start: number; size: number },
  filesystem: string,
  inPieces: boolean,
): number {
  const loop = run('losetup', ['-f', '--show', '-o', `${start}`, '--sizelimit', `${size}`, image]).trim();
  const config = join(directory, 'lvm');
  mkdirSync(config, { recursive: true });
  const filter = `devices { filter=["a|^${loop}$|","r|.*|"] obtain_device_list_from_udev=0 } backup { backup=0 archive=0 } global { locking_dir="${config}" }`;
  const lvm = (...args: string[]): string => {
    const [command = '', ...rest] = args;
    return execFileSync(command, ['--driverloaded', 'n', '--config', filter, ...rest], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LVM_SUPPRESS_FD_WARNINGS: '1' },
    });
  };
  try {
    lvm('pvcreate', '-q', '-y', loop);
    lvm('vgcreate', '-q', '-s', '4M', 'VolGroup00', loop);
    const create = (name: string, extents: number) =>
      lvm('lvcreate', '-q', '-an', '-Zn', '-Wn', '-n', name, '-l', `${extents}`, 'VolGroup00');
    if (inPieces) {
      create('LogVol00', 2);
      create('LogVol01', 2);
      lvm('lvextend', '-q', '-l', '6', 'VolGroup00/LogVol00');
    } else {
      create('LogVol00', 6);
      create('LogVol01', 2);
    }
    const first = Number(lvm('pvs', '--noheadings', '--nosuffix', '--units', 'b', '-o', 'pe_start', loop).trim());
    if (inPieces) {
      const half = join(directory, 'second-piece');
      run('dd', [`if=${filesystem}`, `of=${half}`, 'bs=1M', 'skip=8']);
      run('truncate', ['-s', '8M', filesystem]);
      put(image, start + first + 16 * MIB, half);
    }
    put(image, start + first, filesystem);
    return first;
  } finally {
    run('losetup', ['-d', loop]);
  }
}

/** Cuts a disk short, as a copy that was not finished. */
export function cutShort(image: string, bytes: number): void {
  truncateSync(image, statSync(image).size - bytes);
}
