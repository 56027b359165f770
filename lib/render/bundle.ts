import { createHash } from 'node:crypto';
import type { RemoteFile } from './remote-file';

/** A file inside a host's tree. */
export interface TreeFile {
  /** Relative to the tree, with slashes. */
  readonly path: string;
  /** The mode that the file gets on the host, four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly content: string;
}

/** What is applied together and has one hash: the host itself, a bridge, or a guest. */
export interface Unit {
  /** `host`, `bridge-xenbr0`, `domU-web1`. */
  readonly name: string;
  readonly files: readonly TreeFile[];
  readonly sha256: string;
  /** One line per file: unit, path, mode, owner, sha256. */
  readonly manifest: string;
}

/** The hash of a text, 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function byPath(a: TreeFile, b: TreeFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * Bundles a unit: whole files under `files/`, its words under `words/`, what must be on the host afterwards under
 * `expect/`, and keys under `keys/<unit>/`, since several units may have keys in one file.
 *
 * @param expectations see render/expectations.ts; empty if nothing is expected
 * @param notes further files of the tree, for the deployer: path in the tree -> text
 * @returns the unit; its sha256 covers path, mode, owner and content of every file, the words included, so that a
 *   changed word is a changed unit
 */
export function bundle(
  name: string,
  remote: readonly RemoteFile[],
  words: string,
  expectations: string,
  notes: ReadonlyMap<string, string> = new Map(),
): Unit {
  const files = remote.map((file) => ({
    path: `${file.kind === 'file' ? 'files' : `keys/${name}`}${file.path}`,
    mode: file.mode,
    owner: file.owner,
    content: file.content,
  }));
  files.push({ path: `words/${name}`, mode: '0644', owner: 'root:root', content: words });
  if (expectations !== '') {
    files.push({ path: `expect/${name}`, mode: '0644', owner: 'root:root', content: expectations });
  }
  for (const [path, content] of notes) files.push({ path, mode: '0644', owner: 'root:root', content });
  files.sort(byPath);
  const manifest = files
    .map((file) => `${name} ${file.path} ${file.mode} ${file.owner} ${sha256(file.content)}\n`)
    .join('');
  return Object.freeze({ name, files: Object.freeze(files), sha256: sha256(manifest), manifest });
}
