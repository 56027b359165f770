/* Which file of the runtime knows which: by what it sources, and by the functions that it calls. */

import { circlesOf } from './circles';

/** The text of each file, by its path below the runtime's folder. */
export type Files = Readonly<Record<string, string>>;

/** One file knows another, by a function's name or by sourcing it. */
export interface Knows {
  readonly file: string;
  readonly other: string;
  readonly by: string;
}

/** `host/base` of `host/base/files.sh`. */
export function roomOf(file: string): string {
  return file.split('/').slice(0, -1).join('/');
}

// Programs in other languages stand between single quotes; a word there is no call, and a
// pattern of `case` is none either. What `must` and `attempt` say stands
// before the command that they run.
function withoutPrograms(text: string): string {
  return text
    .replace(/(^|\s)#.*/gm, '')
    .replace(/"[^"\n]*"/g, (quoted) => quoted.replace(/'/g, ' '))
    .replace(/'[^']*'/g, "''")
    .replace(/\bin +[^()\n;]+\)/g, 'in )')
    .replace(/^[ \t]*[\w.*?'|/ -]+\)/gm, ')')
    .replace(/((?:^|[;&|({])[ \t]*)(must|attempt) +("[^"\n]*"|''|\S+) /gm, '$1$2; ');
}

/** What stands where bash expects a command. */
const COMMAND = /(?:^|[;&|({!]|\b(?:if|then|elif|else|while|until|do)\b)[ \t]*([A-Za-z_][\w-]*)(?=[\s;)]|$)/gm;

/** Each name that is a function somewhere, with the files that define it. */
export function functionsOf(files: Files): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [file, text] of Object.entries(files)) {
    for (const [, name = ''] of text.matchAll(/^[ \t]*([A-Za-z_][\w-]*)\(\)/gm)) {
      found.set(name, [...(found.get(name) ?? []), file]);
    }
  }
  return found;
}

/** Everything that a file knows of others. A name that several files define is whichever was sourced, so it says nothing. */
export function knowledge(files: Files): readonly Knows[] {
  const functions = functionsOf(files);
  return Object.entries(files).flatMap(([file, text]) => {
    const sourced = [...text.matchAll(/^[ \t]*\(?\. runtime\/(\S+\.sh)/gm)].map(([, other = '']) => ({
      other,
      by: '.',
    }));
    const called = [...withoutPrograms(text).matchAll(COMMAND)].flatMap(([, name = '']) => {
      const [other, ...more] = functions.get(name) ?? [];
      return other === undefined || more.length > 0 ? [] : [{ other, by: name }];
    });
    return [...sourced, ...called].filter(({ other }) => other !== file).map((known) => ({ file, ...known }));
  });
}

/** A file and all that it sources, directly or not. */
function sourcedBy(files: Files, program: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [program];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const text = files[file];
    if (text === undefined || found.has(file)) continue;
    found.add(file);
    for (const [, other = ''] of text.matchAll(/^[ \t]*\(?\. runtime\/(\S+\.sh)/gm)) open.push(other);
  }
  return found;
}

/** Functions that files of a program call, and that none of its files defines: `FUNCTION in FILE`. */
export function unsourced(files: Files, program: string, before: readonly string[] = []): readonly string[] {
  const own = new Set([program, ...before].flatMap((file) => [...sourcedBy(files, file)]));
  const functions = functionsOf(files);
  const missing = [...own].flatMap((file) =>
    [...withoutPrograms(files[file] ?? '').matchAll(COMMAND)].flatMap(([, name = '']) => {
      const where = functions.get(name) ?? [];
      return where.length === 0 || where.some((one) => own.has(one)) ? [] : [`${name} in ${file}`];
    }),
  );
  return [...new Set(missing)].sort();
}

/** Files that know each other in a circle, in the order of their names. */
export function circles(known: readonly Knows[]): readonly string[] {
  const next = new Map<string, Set<string>>();
  for (const { file, other } of known) next.set(file, (next.get(file) ?? new Set()).add(other));
  return circlesOf([...next.keys()], (file) => [...(next.get(file) ?? [])])
    .flat()
    .sort();
}
