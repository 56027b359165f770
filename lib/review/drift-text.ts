import type { Drift, HostDrift, HostFailure, UnitDrift, UnitState } from './drift';
import { textTable } from './text-table';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const HEAD = ['HOST', 'UNIT', 'STATE', 'WHY'];

function whyOf({ state, reasons, waits, unseen, deployedSha256, stackSha256 }: UnitDrift): string[] {
  const changed = state === 'undeployed' || (deployedSha256 !== undefined && deployedSha256 !== stackSha256);
  return [
    ...reasons,
    ...(changed ? ['changed in the stack, not deployed'] : []),
    ...waits,
    ...unseen.map((text) => `not seen: ${text}`),
  ];
}

/** Only the first of several lines has the name and the state. */
function lines(name: string, state: string, why: readonly string[]): string[][] {
  const [first = '', ...more] = why;
  return [[name, state, first], ...more.map((line) => ['', '', line])];
}

/** A remark on another version of the runtime. It writes the same files, else the plan would show a change. */
function otherRuntime({ units, runtime }: HostDrift): string[][] {
  const others = units.filter(({ deployedRuntime }) => deployedRuntime !== undefined && deployedRuntime !== runtime);
  return others.length === 0 ? [] : [[`${counted(others.length, 'unit')} applied by another version of the runtime`]];
}

function hostRows(drift: HostDrift, failure: HostFailure | undefined): string[][] {
  const { host, units } = drift;
  if (failure !== undefined) {
    const why = [failure.message, ...failure.details];
    return lines(counted(units.length, 'unit'), 'unknown', why).map((row, index) => [index === 0 ? host : '', ...row]);
  }
  const clean = units.filter(({ state, unseen }) => state === 'clean' && unseen.length === 0).length;
  const rows = units
    .filter(({ state, unseen }) => state !== 'clean' || unseen.length > 0)
    .flatMap((unit) => lines(unit.name, unit.state, whyOf(unit)));
  if (clean > 0) rows.push([`${counted(clean, 'unit')} as deployed`]);
  rows.push(...otherRuntime(drift));
  return rows.map((row, index) => [index === 0 ? host : '', ...row]);
}

const TOTALS: readonly (readonly [UnitState, string])[] = [
  ['clean', 'as deployed'],
  ['drift', 'drifted'],
  ['undeployed', 'changed in the stack and not deployed'],
  ['waits', 'waiting for a boot'],
  ['unknown', 'unknown'],
];

function totals({ hosts }: Drift): string {
  const states = hosts.flatMap(({ units }) => units.map(({ state }) => state));
  const parts = TOTALS.map(([wanted, words]) => {
    const count = states.filter((state) => state === wanted).length;
    return count === 0 ? '' : `${count} ${words}`;
  }).filter((part) => part !== '');
  return `${counted(hosts.length, 'host')}, ${counted(states.length, 'unit')}: ${parts.join(', ') || 'none'}\n`;
}

/**
 * For people: what is not as deployed, a reason a line; a host with nothing to report in one line; totals at the end.
 */
export function driftTable(drift: Drift): string {
  const failures = new Map(drift.failures.map((failure) => [failure.host, failure]));
  const rows = drift.hosts.flatMap((host) => hostRows(host, failures.get(host.host)));
  return (rows.length === 0 ? '' : textTable(HEAD, rows)) + totals(drift);
}

/**
 * For programs, hosts and units sorted by name, everything always there:
 *
 * ```
 * {
 *   "hosts": [{
 *     "host": "xen01", "stack": "office",
 *     "runtime": "9c...",                      the hash of the runtime that the next deploy brings
 *     "units": [{
 *       "unit": "bridge-xenbr0",                 host, roster, bridge-NAME, domU-NAME
 *       "state": "drift",                        clean, waits, undeployed, drift or unknown, see UnitState
 *       "reasons": ["xenbr0 is down"],           what drifted, sorted
 *       "waits": [],                             what waits for the guest's next boot, sorted
 *       "unseen": [],                            what could not be looked at, and may hide something, sorted
 *       "deployedSha256": "5f...",               null if never deployed, or unknown
 *       "stackSha256": "5f...",                  differs from the other: changed in the stack, not deployed
 *       "deployedRuntime": "9c..."               null if it is not on record; another one than the host's is no drift
 *     }]
 *   }],
 *   "errors": [{                                 hosts that could not be asked; all their units are unknown
 *     "host": "xen02", "stack": "office",
 *     "message": "cannot reach ...", "details": ["ssh: connect to host ..."]
 *   }],
 *   "leftOver": []                               a sentence for each tree of an older synth, whose host was not asked
 * }
 * ```
 *
 * Keys may be added, none is ever removed or gets another meaning.
 */
export function driftJson(drift: Drift, leftOver: readonly string[]): string {
  const hosts = drift.hosts.map(({ host, stack, runtime, units }) => ({
    host,
    stack,
    runtime,
    units: units.map(({ name, state, reasons, waits, unseen, deployedSha256, stackSha256, deployedRuntime }) => ({
      unit: name,
      state,
      reasons,
      waits,
      unseen,
      deployedSha256: deployedSha256 ?? null,
      stackSha256,
      deployedRuntime: deployedRuntime ?? null,
    })),
  }));
  const errors = drift.failures.map(({ host, stack, message, details }) => ({ host, stack, message, details }));
  return `${JSON.stringify({ hosts, errors, leftOver }, undefined, 2)}\n`;
}
