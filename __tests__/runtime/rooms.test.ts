import { runtimeFiles } from '../helpers/runtime-files';
import { type Files, circles, functionsOf, knowledge, roomOf, unsourced } from '../helpers/shell-rooms';

/* lib/runtime is two machines' code. The folder says which, and which folders a file may know: its own, and those below. */

/** Of each room the ones that it may know beside itself. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  both: [],
  deployer: ['both'],
  'host/base': ['both'],
  'host/facts': ['both', 'host/base'],
  'host/disk': ['both', 'host/base', 'host/facts'],
  'host/compare': ['both', 'host/base', 'host/facts', 'host/disk'],
  'host/copy': ['both', 'host/base', 'host/facts', 'host/disk'],
  'host/guest': ['both', 'host/base', 'host/facts', 'host/compare'],
  'host/network': ['both', 'host/base', 'host/facts', 'host/compare'],
  'host/unit': ['both', 'host/base', 'host/facts', 'host/disk', 'host/compare', 'host/guest', 'host/network'],
  // The programs that a session starts.
  host: ['both', 'host/base', 'host/facts', 'host/disk', 'host/compare', 'host/unit'],
  // Doors that deployed hosts and printed cards name.
  '': [],
};

const files: Files = runtimeFiles();

const strays = (given: Files): string[] =>
  knowledge(given)
    .filter(({ file, other }) => roomOf(file) !== roomOf(other) && !BELOW[roomOf(file)]?.includes(roomOf(other)))
    .map(({ file, other, by }) => `${file} knows ${other} (${by})`);

test('a file of the runtime knows its own room and those below it', () => {
  expect(Object.keys(files).length).toBeGreaterThan(50);
  expect(knowledge(files).length).toBeGreaterThan(400);
  expect(strays(files)).toEqual([]);
});

test('each file of the runtime is in a room that has its place', () => {
  expect([...new Set(Object.keys(files).map(roomOf))].sort()).toEqual(Object.keys(BELOW).sort());
});

test('no files of the runtime know each other in a circle', () => {
  expect(circles(knowledge(files))).toEqual([]);
});

/** One way to tell something, of which a program takes the one that suits it; and where. */
const TELLING = ['host/base/tell.sh', 'host/base/answer.sh', 'host/copy/common.sh'];
const SUITED = ['fail', 'need', 'run', 'say'];

const twice = (given: Files): string[] =>
  [...functionsOf(given)]
    .filter(
      ([name, where]) => where.length > 1 && !(SUITED.includes(name) && where.every((file) => TELLING.includes(file))),
    )
    .map(([name, where]) => `${name}: ${where.join(', ')}`);

test('a function is defined once, so that its name says what it is', () => {
  expect(functionsOf(files).size).toBeGreaterThan(300);
  expect(twice(files)).toEqual([]);
  expect(twice({ 'a.sh': 'x() {\n  y() { :; }\n}\n', 'b.sh': 'y() (\n  :\n)\n', 'c.sh': 'say() { :; }\n' })).toEqual([
    'y: a.sh, b.sh',
  ]);
  expect(twice({ 'a.sh': 'say() { :; }\n', 'host/base/tell.sh': 'say() { :; }\n' })).toHaveLength(1);
  expect(twice({ 'a.sh': 'x() { :; }\nx() { :; }\n' })).toEqual(['x: a.sh, a.sh']);
});

const SAMPLE: Files = {
  'both/numbers.sh': 'is_number() { :; }\n',
  'host/base/tell.sh': "say() { is_number 1; }\nfail() { say x; }\n# start_guest\nawk 'start_guest { print }'\n",
  'host/guest/start.sh': '. runtime/host/base/tell.sh\nstart_guest() { if ! say x; then fail y; fi; }\n',
};

test('what goes up, sideways or round is found', () => {
  expect(strays(SAMPLE)).toEqual([]);
  expect(circles(knowledge(SAMPLE))).toEqual([]);
  const up = { ...SAMPLE, 'host/base/lock.sh': 'lock() {\n  x=$(start_guest)\n}\n' };
  expect(strays(up)).toEqual(['host/base/lock.sh knows host/guest/start.sh (start_guest)']);
  const sourced = { ...SAMPLE, 'host/network/switch.sh': '  . runtime/host/guest/start.sh\n' };
  expect(strays(sourced)).toEqual(['host/network/switch.sh knows host/guest/start.sh (.)']);
  const round = {
    ...SAMPLE,
    'host/base/lock.sh': 'lock() { must "take it" tell_holder; }\n',
    'host/base/holder.sh': 'tell_holder() { true || lock; }\n',
  };
  expect(circles(knowledge(round))).toEqual(['host/base/holder.sh', 'host/base/lock.sh']);
});

/** What sessions start, and what host/run.sh sources with what it has sourced before. */
const PROGRAMS = ['observe', 'who-runs', 'facts/collect', 'copy/end'].map((name) => `host/${name}.sh`);
const NETWORK = ['switch', 'guardian', 'confirmed', 'undo', 'boot'].map((name) => `host/network/${name}.sh`);
const UNITS = ['host', 'roster', 'bridge', 'guest', 'retire', 'show'].map((name) => `host/unit/${name}.sh`);

/** Functions of a file that its program does not call, and a program of the same name as a function. */
const NOT_CALLED = [
  /^timeout in /,
  /^bridge_of in host\/facts\/xen\.sh$/,
  /^fail in (both\/numbers|host\/facts\/xen)\.sh$/,
  /^find_pieces in host\/disk\/open\.sh$/,
  // A word of a message.
  /^put in host\/unit\/host\.sh$/,
  /^tell_xen_of_rename in host\/network\/transaction\.sh$/,
];

test('a program has sourced each function that it calls', () => {
  const missing = [
    ...[...PROGRAMS, ...NETWORK].map((program) => [program, unsourced(files, program)] as const),
    ...UNITS.map((unit) => [unit, unsourced(files, unit, ['host/run.sh'])] as const),
  ].flatMap(([program, all]) =>
    all.filter((one) => !NOT_CALLED.some((known) => known.test(one))).map((one) => `${program}: ${one}`),
  );
  expect(missing).toEqual([]);
  const sample = { 'a.sh': '. runtime/b.sh\nx\n', 'b.sh': 'x() { y; }\nz() { :; }\n', 'c.sh': 'y() { :; }\n' };
  expect(unsourced(sample, 'a.sh')).toEqual(['y in b.sh']);
  expect(unsourced(sample, 'a.sh', ['c.sh'])).toEqual([]);
});
