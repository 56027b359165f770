import { encodeWord } from '../facts/fact';
import { parseKeyLines } from './host-files';
import { parseIfcfg } from './ifcfg';
import type { RemoteFile } from './remote-file';

/*
 * Expectations: what must be on a host after a deploy, and where nothing else may be. They are data, a line each, in
 * the tree for reviewers and in the host's record of the unit; lib/runtime/host/compare reads them.
 */

/** A fact or a pattern, word by word; `*` in a word of a pattern is written by hand. */
export type Words = readonly string[];

/** A text in which nothing stands for anything else. */
export const exact = encodeWord;

export function lines(word: 'must' | 'only' | 'allow', all: readonly Words[]): string[] {
  return all.map((words) => [word, ...words].join(' '));
}

/** All lines of a unit, each once. */
export function text(all: readonly string[]): string {
  return [...new Set(all)].map((line) => `${line}\n`).join('');
}

/** That the keys which a unit sets in files of others are set. */
export function keysOfOthers(files: readonly RemoteFile[]): string[] {
  return files.flatMap(({ kind, path, content }) => {
    if (kind !== 'keys') return [];
    const keys = path.startsWith('/etc/sysconfig/') ? parseIfcfg(content).keys : parseKeyLines(content);
    return lines(
      'must',
      [...keys].map(([key, value]) => ['key', path, key, exact(value)]),
    );
  });
}
