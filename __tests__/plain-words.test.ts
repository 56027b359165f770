import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What of CONTRIBUTING.md's "Plain words" a program can check: comments without words that hide the one who acts, short
 * sentences, and shell lines that fit on a screen.
 */

const ROOT = join(__dirname, '..');
const MOST_WORDS = 30;
const MOST_COLUMNS = 120;

/** Words that name nothing, are out of use, or turn a sentence around, and what is wrong about each. */
const UNCLEAR: readonly (readonly [string, RegExp])[] = [
  ['a pronoun as a name', /\b(whoever|whomever|whatever|whichever|(some|any|every)(body|one)|nobody)\b/i],
  ['people where a program or a thing is meant', /\b(those who|the ones? (that|who))\b/i],
  ['shall', /\bshall\b/i],
  ['an idiom', /\b(all the same|be it|is no matter|of no interest|none of ours|is another matter)\b/i],
];

/** Long shell lines that were there when this rule came, by file: a file may lose some, and none may get more. */
const LONG_LINES: Readonly<Record<string, number>> = {
  'deployer/carry.sh': 10,
  'deployer/confirm.sh': 2,
  'deployer/connection.sh': 2,
  'deployer/copy.sh': 3,
  'deployer/elsewhere.sh': 2,
  'deployer/observe.sh': 1,
  'deployer/send.sh': 7,
  'host/base/lock.sh': 2,
  'host/base/tell.sh': 1,
  'host/compare/probe.sh': 2,
  'host/copy/lvm.sh': 1,
  'host/copy/receive.sh': 3,
  'host/copy/record.sh': 1,
  'host/copy/source.sh': 4,
  'host/copy/target.sh': 2,
  'host/disk/apply.sh': 2,
  'host/disk/files.sh': 1,
  'host/disk/filesystem.sh': 1,
  'host/disk/identity.sh': 7,
  'host/disk/lvm.sh': 1,
  'host/disk/users.sh': 1,
  'host/guest/change.sh': 1,
  'host/guest/gate.sh': 2,
  'host/guest/preflight.sh': 1,
  'host/guest/start.sh': 4,
  'host/network/confirmed.sh': 2,
  'host/network/rollback.sh': 2,
  'host/network/stage.sh': 1,
  'host/run.sh': 3,
  'host/unit/host.sh': 1,
};

function files(pattern: string): string[] {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', pattern], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** A comment, in paragraphs, and the line that it begins in. */
interface Comment {
  readonly line: number;
  readonly paragraphs: readonly string[];
}

/** Joins lines to paragraphs. A line that is indented is an example or a table, no sentence. */
function paragraphsOf(lines: readonly string[]): string[] {
  const paragraphs = [''];
  for (const line of lines) {
    if (line.trim() === '' || /^( {2,}|\t|@|- |```)/.test(line)) paragraphs.push('');
    if (!/^( {2,}|\t)/.test(line)) paragraphs.push(`${paragraphs.pop() ?? ''} ${line.trim()}`.trim());
  }
  return paragraphs.filter((paragraph) => paragraph !== '');
}

/** Comments that have their lines to themselves, and what stands behind a directive of shellcheck. */
function shellComments(text: string): Comment[] {
  const found: Comment[] = [];
  let block: string[] = [];
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const reason = /^\s*# shellcheck [^#]*#\s*(.*)$/.exec(line)?.[1];
    if (reason !== undefined) found.push({ line: index + 1, paragraphs: [reason] });
    const own = /^\s*# shellcheck /.test(line) ? undefined : /^\s*#(?!!) ?(.*)$/.exec(line)?.[1];
    if (own !== undefined) block.push(own);
    else if (block.length > 0) {
      found.push({ line: index + 1 - block.length, paragraphs: paragraphsOf(block) });
      block = [];
    }
  });
  return found;
}

/** Blocks between slash and star, and lines behind two slashes that have them to themselves. */
function typescriptComments(text: string): Comment[] {
  return [...text.matchAll(/^[ \t]*(?:\/\*\*?([^]*?)\*\/|(?:\/\/[^\n]*(?:\n[ \t]*(?=\/\/))?)+)/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    paragraphs: paragraphsOf(
      match[0].split('\n').map((line) => line.replace(/^\s*(\/\*\*?|\/\/|\*\/|\*(?!\/))? ?|\s*\*\/$/g, '')),
    ),
  }));
}

/** What a person stumbles over in comments, each by its line. */
function unclear(comments: readonly Comment[]): string[] {
  return comments.flatMap(({ line, paragraphs }) =>
    paragraphs.flatMap((paragraph) => [
      ...UNCLEAR.filter(([, pattern]) => pattern.test(paragraph)).map(([name]) => `${line}: ${name}: ${paragraph}`),
      ...paragraph
        .split(/(?<=[.:;?!])\s+/)
        .filter((sentence) => sentence.split(/\s+/).length > MOST_WORDS)
        .map((sentence) => `${line}: a sentence of more than ${MOST_WORDS} words: ${sentence}`),
    ]),
  );
}

const longLines = (text: string): string[] => text.split('\n').filter((line) => line.length > MOST_COLUMNS);

test.each(files('lib/*.sh'))('the comments of %s are plain', (file) => {
  expect(unclear(shellComments(read(file)))).toEqual([]);
});

test.each(files('lib/*.ts'))('the comments of %s are plain', (file) => {
  expect(unclear(typescriptComments(read(file)))).toEqual([]);
});

test('no shell file has more long lines than are listed, and none is listed without any', () => {
  const counts = new Map(
    files('lib/*.sh').map((file) => [file.replace('lib/runtime/', ''), longLines(read(file)).length]),
  );
  const more = [...counts].filter(([file, count]) => count > (LONG_LINES[file] ?? 0));
  const stale = Object.keys(LONG_LINES).filter((file) => (counts.get(file) ?? 0) === 0);
  expect({ more, stale }).toEqual({ more: [], stale: [] });
});

test('no comment of a shell file is a long line', () => {
  const long = files('lib/*.sh').flatMap((file) => longLines(read(file)).filter((line) => /^\s*#/.test(line)));
  expect(long).toEqual([]);
});

test('each rule catches its own sample and spares what only looks like it', () => {
  const samples: Readonly<Record<string, string>> = {
    'a pronoun as a name': 'For whoever goes on.',
    'people where a program or a thing is meant': 'Only those who ask hear it.',
    shall: 'What the file shall be.',
    'an idiom': 'It goes on all the same.',
  };
  expect(Object.keys(samples)).toEqual(UNCLEAR.map(([name]) => name));
  for (const [name, sample] of Object.entries(samples)) {
    expect(unclear(shellComments(`# ${sample}\nx`))[0]).toMatch(`1: ${name}: `);
    expect(unclear(typescriptComments(`/** ${sample} */\nx`))[0]).toMatch(`1: ${name}: `);
    expect(unclear(typescriptComments(`  // ${sample}\nx`))[0]).toMatch(`1: ${name}: `);
  }
  const long = `${'word '.repeat(MOST_WORDS)}end.`;
  expect(unclear(shellComments(`x\n# ${long}\nx`))).toEqual([`2: a sentence of more than 30 words: ${long}`]);
  expect(unclear(typescriptComments(`x\n/*\n * ${long}\n */`))).toEqual([
    `2: a sentence of more than 30 words: ${long}`,
  ]);
  expect(unclear(shellComments('# shellcheck disable=SC1  # for whoever calls\nx'))).toHaveLength(1);
  expect(longLines(`short\n${'x'.repeat(MOST_COLUMNS + 1)}`)).toHaveLength(1);
});

test('code, examples and two short sentences are spared', () => {
  const short = 'word '.repeat(MOST_WORDS - 1);
  expect(unclear(shellComments(`say 'nobody # shall'\n#   whoever NAME\n# ${short}end. ${short}end.\nx`))).toEqual([]);
  expect(unclear(typescriptComments(`const nobody = 'shall';\n/**\n * One.\n *\n *     whoever NAME\n */\nx`))).toEqual(
    [],
  );
  expect(longLines('x'.repeat(MOST_COLUMNS))).toEqual([]);
});
