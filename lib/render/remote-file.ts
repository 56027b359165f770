/** How a file reaches its place: whole, or as keys that are set inside a file that others own too. */
export type RemoteFileKind = 'file' | 'keys';

/** A file as the stack describes it for the host. */
export interface RemoteFile {
  readonly kind: RemoteFileKind;
  /** Absolute path on the host. */
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  /** `user:group`. */
  readonly owner: string;
  /** UTF-8, lines end in LF, the last one too. */
  readonly content: string;
}

/** A whole file owned by root. */
export function rootFile(path: string, content: string, mode = '0644'): RemoteFile {
  return Object.freeze({ kind: 'file', path, mode, owner: 'root:root', content });
}

/** Lines `KEY=value` that are set in a file, each replacing the key's old line; everything else there stays. */
export function keysIn(path: string, lines: readonly string[]): RemoteFile {
  return Object.freeze({
    kind: 'keys',
    path,
    mode: '0644',
    owner: 'root:root',
    content: lines.map((l) => `${l}\n`).join(''),
  });
}

/**
 * The first line of every file that is ours as a whole. Words of ifcfg keys followed by `=` must not occur in it:
 * init.d/network evaluates what grep finds for DEVICE=, TYPE= and SLAVE=, comments included.
 */
export const HEADER = '# Written by cdktf-xen; the next deploy replaces changes made here.';
