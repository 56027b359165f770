import fc from 'fast-check';
import { type AskedHost, type HostAnswer, driftExitCode, takeDrift } from '../../lib/review/drift';
import { driftJson, driftTable } from '../../lib/review/drift-text';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

const UNITS = ['host', 'roster', 'bridge-xenbr0', 'domU-web1'];

function asked(host: string, answer: HostAnswer, units: readonly string[] = UNITS): AskedHost {
  return { stack: 'office', host, expected: new Map(units.map((unit) => [unit, A])), runtime: B, answer };
}

/** A report in which some units are not as they were. */
function report(
  change: Readonly<Record<string, readonly string[]>> = {},
  units: readonly string[] = UNITS,
): HostAnswer {
  return {
    report: units.map((unit) => [`unit ${unit}`, ...(change[unit] ?? [`sha256 ${A}`])].join('\n') + '\n').join(''),
  };
}

const DOWN: HostAnswer = {
  failure: {
    message: 'cannot reach 192.0.2.13 port 22: is the host up, and is the address right? Nothing was changed.',
    details: ['ssh: connect to host 192.0.2.13 port 22: No route to host'],
  },
};

const ESTATE: readonly AskedHost[] = [
  asked('xen03', DOWN),
  asked(
    'xen02',
    report({
      'bridge-xenbr0': [
        'reason xenbr0 is down',
        "reason the default route is '', not 'xenbr0 192.0.2.1'",
        `sha256 ${A}`,
      ],
      host: [`sha256 ${B}`],
      'domU-web1': ['reason not on the host yet'],
    }),
  ),
  asked('xen04', report({ 'domU-web1': ['waits memory 1024 -> 2048', `sha256 ${A}`] })),
  asked('xen01', report()),
  asked('xen05', report({}, ['host']), ['host']),
];

test('what is not as deployed is shown with its reasons, a line each; what is, in one line a host', () => {
  expect(driftTable(takeDrift(ESTATE))).toBe(
    `HOST   UNIT           STATE       WHY
xen01  4 units as deployed
xen02  bridge-xenbr0  drift       the default route is '', not 'xenbr0 192.0.2.1'
                                  xenbr0 is down
       domU-web1      drift       not on the host yet
       host           undeployed  changed in the stack, not deployed
       1 unit as deployed
xen03  4 units        unknown     cannot reach 192.0.2.13 port 22: is the host up, and is the address right? Nothing was changed.
                                  ssh: connect to host 192.0.2.13 port 22: No route to host
xen04  domU-web1      waits       memory 1024 -> 2048
       3 units as deployed
xen05  1 unit as deployed
5 hosts, 17 units: 9 as deployed, 2 drifted, 1 changed in the stack and not deployed, 1 waiting for a boot, 4 unknown
`,
  );
});

test('JSON says all of it, sorted, with every key always there', () => {
  const json = JSON.parse(driftJson(takeDrift(ESTATE), ['a folder'])) as {
    hosts: { host: string; runtime: string; units: unknown[] }[];
    errors: unknown;
    leftOver: unknown;
  };
  expect(json.hosts.map(({ host, units }) => [host, units.length])).toEqual([
    ['xen01', 4],
    ['xen02', 4],
    ['xen03', 4],
    ['xen04', 4],
    ['xen05', 1],
  ]);
  const nothing = { reasons: [], waits: [], unseen: [], deployedRuntime: null };
  expect(json.hosts[1]?.units).toEqual([
    {
      unit: 'bridge-xenbr0',
      state: 'drift',
      reasons: ["the default route is '', not 'xenbr0 192.0.2.1'", 'xenbr0 is down'],
      waits: [],
      unseen: [],
      deployedSha256: A,
      stackSha256: A,
      deployedRuntime: null,
    },
    {
      unit: 'domU-web1',
      state: 'drift',
      reasons: ['not on the host yet'],
      waits: [],
      unseen: [],
      deployedSha256: null,
      stackSha256: A,
      deployedRuntime: null,
    },
    { unit: 'host', state: 'undeployed', ...nothing, deployedSha256: B, stackSha256: A },
    { unit: 'roster', state: 'clean', ...nothing, deployedSha256: A, stackSha256: A },
  ]);
  expect(json.hosts[1]?.runtime).toBe(B);
  const waits = { state: 'waits', reasons: [], waits: ['memory 1024 -> 2048'], unseen: [], deployedRuntime: null };
  expect(json.hosts[3]?.units).toContainEqual({ unit: 'domU-web1', ...waits, deployedSha256: A, stackSha256: A });
  expect(json.errors).toEqual([{ host: 'xen03', stack: 'office', ...('failure' in DOWN ? DOWN.failure : {}) }]);
  expect(json.leftOver).toEqual(['a folder']);
});

test('units that another version has applied are told in a line a host, and are no drift', () => {
  const change = { host: [`sha256 ${A}`, `by ${A}`], roster: [`sha256 ${A}`, `by ${B}`] };
  const drift = takeDrift([asked('xen01', report({ ...change, 'domU-web1': ['reason x', `sha256 ${A}`, `by ${A}`] }))]);
  expect(driftTable(drift).split('\n').slice(1, 4)).toEqual([
    'xen01  domU-web1  drift  x',
    '       3 units as deployed',
    '       2 units applied by another version of the runtime',
  ]);
  expect(driftExitCode(takeDrift([asked('xen01', report(change))]))).toBe(0);
});

test('what could not be looked at is told, and is no drift by itself', () => {
  const drift = takeDrift([asked('xen01', report({ 'domU-web1': [`sha256 ${A}`, 'unseen qdisc: tc: no answer'] }))]);
  expect(driftTable(drift).split('\n').slice(1, 3)).toEqual([
    'xen01  domU-web1  clean  not seen: qdisc: tc: no answer',
    '       3 units as deployed',
  ]);
  expect(driftExitCode(drift)).toBe(0);
});

test('drift goes before a change of the stack, and that before what waits; all of it is shown', () => {
  const drift = takeDrift([
    asked('xen01', report({ 'domU-web1': ['waits memory', 'reason it is not running', `sha256 ${B}`] })),
    asked('xen02', report({ 'domU-web1': ['waits memory', `sha256 ${B}`] })),
  ]);
  expect(driftTable(drift).split('\n').slice(1, 8)).toEqual([
    'xen01  domU-web1  drift       it is not running',
    '                              changed in the stack, not deployed',
    '                              memory',
    '       3 units as deployed',
    'xen02  domU-web1  undeployed  changed in the stack, not deployed',
    '                              memory',
    '       3 units as deployed',
  ]);
});

test.each<[string, readonly AskedHost[], number]>([
  ['nobody', [], 0],
  ['as deployed', [asked('xen01', report())], 0],
  ['a change of the stack', [asked('xen01', report({ host: [`sha256 ${B}`] }))], 0],
  ['what waits', [asked('xen01', report({ host: ['waits memory', `sha256 ${A}`] }))], 0],
  ['drift', [asked('xen01', report()), asked('xen02', report({ host: ['reason x', `sha256 ${A}`] }))], 2],
  ['drift and somebody who does not answer', ESTATE, 1],
])('exit code of %s', (_, hosts, code) => {
  expect(driftExitCode(takeDrift(hosts))).toBe(code);
});

test('a unit whose record is gone is not as deployed, even where nobody gives a reason', () => {
  const { hosts } = takeDrift([asked('xen01', report({ host: [] }))]);
  expect(hosts[0]?.units.find(({ name }) => name === 'host')?.state).toBe('undeployed');
  expect(driftTable({ hosts, failures: [] })).toContain('host  undeployed  changed in the stack, not deployed\n');
});

test.each([
  ['an older deployer/observe.sh', '{"host":"token"}', '{"host":"token"}'],
  ['a unit that was not asked for', `unit domU-evil\nsha256 ${A}\n`, 'unit domU-evil'],
  ['a unit twice', 'unit host\nunit host\n', 'unit host'],
  ['a reason of nobody', 'reason x\n', 'reason x'],
  ['a hash that is none', 'unit host\nsha256 no\n', 'sha256 no'],
  ['a runtime that is none', 'unit host\nby no\n', 'by no'],
  ['two hashes', `unit host\nsha256 ${A}\nsha256 ${B}\n`, `sha256 ${B}`],
  ['something else', 'unit host\nWelcome!\n', 'Welcome!'],
  ['half a report', `unit roster\nunit host\nsha256 ${A}\n`, 'nothing is said of bridge-xenbr0, domU-web1'],
  ['nothing', '', 'nothing is said of bridge-xenbr0, domU-web1, host, roster'],
])('%s is no report: nothing of that host is known', (_, text, detail) => {
  const drift = takeDrift([asked('xen01', { report: text })]);
  expect(drift.hosts[0]?.units.map(({ state }) => state)).toEqual(Array(4).fill('unknown'));
  expect(drift.failures).toEqual([
    { host: 'xen01', stack: 'office', message: expect.stringContaining('cdktf synth') as string, details: [detail] },
  ]);
  expect(driftExitCode(drift)).toBe(1);
});

test('whatever a host says, every unit is told of once, no line is added, and only a whole report is clean', () => {
  const whole = UNITS.flatMap((unit) => [`unit ${unit}`, `sha256 ${A}`]);
  const line = fc.oneof(
    fc.constantFrom(...whole, `sha256 ${B}`, 'reason x', 'reason \u001b[2J', 'waits y', ''),
    fc.string({ maxLength: 12 }),
  );
  const place = fc.nat({ max: whole.length });
  const seen = new Set<string>();
  fc.assert(
    fc.property(place, fc.nat({ max: 2 }), fc.array(line, { maxLength: 2 }), (at, less, more) => {
      const said = [...whole.slice(0, at), ...more, ...whole.slice(at + less)];
      const drift = takeDrift([asked('xen01', { report: said.join('\n') })]);
      const units = drift.hosts[0]?.units ?? [];
      expect(units.map(({ name }) => name)).toEqual([...UNITS].sort());
      const lines = `\n${said.filter((one) => one.trim() !== '').join('\n')}\n`;
      for (const { name, state } of units) {
        seen.add(state);
        if (state === 'clean') expect(lines).toContain(`\nunit ${name}\nsha256 ${A}\n`);
      }
      // eslint-disable-next-line no-control-regex -- what a terminal acts on
      expect(driftTable(drift)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }),
    {
      numRuns: 500,
      // Each state for certain, whatever chance draws.
      examples: [
        [0, 0, []],
        [whole.length, 0, ['waits y']],
        [whole.length, 0, ['reason x']],
        [whole.length - 1, 1, [`sha256 ${B}`]],
        [0, 1, []],
      ],
    },
  );
  expect([...seen].sort()).toEqual(['clean', 'drift', 'undeployed', 'unknown', 'waits']);
});
