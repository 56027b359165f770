/** One file of an archive; directories on the way are made by themselves. */
export interface ArchiveFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string | Buffer;
}

const alignment = 4;
const trailer = 'TRAILER!!!';

/**
 * A cpio archive in the form that the kernel unpacks as an initramfs. Several such archives may stand one behind the
 * other in one file: that is how a host's own files come to a common initramfs.
 */
export function cpioArchive(files: readonly ArchiveFile[]): Buffer {
  const directories = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) directories.add(parts.slice(0, depth).join('/'));
  }
  const entries = [
    ...[...directories].sort().map((path) => entry(path, 0o40755, Buffer.alloc(0))),
    ...files.map(({ path, mode, content }) => entry(path, 0o100000 | mode, Buffer.from(content))),
    entry(trailer, 0, Buffer.alloc(0)),
  ];
  return Buffer.concat(entries);
}

function entry(path: string, mode: number, content: Buffer): Buffer {
  const name = Buffer.from(`${path}\0`);
  // inode, mode, uid, gid, links, time, size, four device numbers, length of the name, checksum
  const fields = [0, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([padded(Buffer.concat([header, name])), padded(content)]);
}

function padded(bytes: Buffer): Buffer {
  const rest = bytes.length % alignment;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(alignment - rest)]);
}
