import { compare } from '../model/estate';

/** A host of the app, and what came of asking it. */
export interface AskedHost {
  readonly stack: string;
  readonly host: string;
  /** The units of its tree, each with the sha256 of its lines in the manifest. */
  readonly expected: ReadonlyMap<string, string>;
  /** The hash of the runtime that its tree was made for. */
  readonly runtime: string;
  readonly answer: HostAnswer;
}

/** The report of deployer/observe.sh, or why there is none. */
export type HostAnswer = { readonly report: string } | { readonly failure: Failure };

/** Why a host could not be asked. */
export interface Failure {
  readonly message: string;
  /** What ssh said, for instance; a line each. */
  readonly details: readonly string[];
}

/**
 * - `clean`: as the last deploy left it, and that is what the stack says
 * - `waits`: the same, and a change waits for the guest's next boot
 * - `undeployed`: as the last deploy left it, but the stack has changed since
 * - `drift`: no longer as the last deploy left it, or never deployed
 * - `unknown`: its host could not be asked
 */
export type UnitState = 'clean' | 'waits' | 'undeployed' | 'drift' | 'unknown';

/** A unit of a host beside what the stack says of it. */
export interface UnitDrift {
  readonly name: string;
  readonly state: UnitState;
  /** What drifted, sorted. */
  readonly reasons: readonly string[];
  /** What waits for the guest's next boot, sorted. */
  readonly waits: readonly string[];
  /** What could not be looked at, and may hide something; no drift by itself. Sorted. */
  readonly unseen: readonly string[];
  /** As the last deploy recorded it; none = it never was deployed, or is not known. */
  readonly deployedSha256: string | undefined;
  /** The hash of the runtime that applied it; none = not on record. Another one than the host's is no drift. */
  readonly deployedRuntime: string | undefined;
  readonly stackSha256: string;
}

export interface HostDrift {
  readonly host: string;
  readonly stack: string;
  /** The hash of the runtime that the next deploy brings. */
  readonly runtime: string;
  /** By name. */
  readonly units: readonly UnitDrift[];
}

export interface HostFailure extends Failure {
  readonly host: string;
  readonly stack: string;
}

/** How the hosts of an app are, by name, and which of them could not be asked. */
export interface Drift {
  readonly hosts: readonly HostDrift[];
  readonly failures: readonly HostFailure[];
}

/** What a host said of one of its units. */
interface ReportedUnit {
  readonly reasons: string[];
  readonly waits: string[];
  readonly unseen: string[];
  sha256?: string;
  runtime?: string;
}

const HASH = /^[0-9a-f]{64}$/;

/** Half a report counts as none: a unit that is missing in it could be in any state. */
function wrong(message: string, ...details: readonly string[]): { failure: Failure } {
  return {
    failure: { message: `${message}; was the tree written by another version? Run cdktf synth again`, details },
  };
}

function read(
  report: string,
  expected: AskedHost['expected'],
): { units: Map<string, ReportedUnit> } | { failure: Failure } {
  const units = new Map<string, ReportedUnit>();
  let unit: ReportedUnit | undefined;
  for (const line of report.split('\n')) {
    if (line === '') continue;
    const [, word, text = ''] = /^(unit|reason|waits|unseen|sha256|by) (.*)$/.exec(line) ?? [];
    if (word === 'unit' && expected.has(text) && !units.has(text))
      units.set(text, (unit = { reasons: [], waits: [], unseen: [] }));
    else if (word === 'reason' && unit !== undefined) unit.reasons.push(text);
    else if (word === 'waits' && unit !== undefined) unit.waits.push(text);
    else if (word === 'unseen' && unit !== undefined) unit.unseen.push(text);
    else if (word === 'sha256' && unit !== undefined && unit.sha256 === undefined && HASH.test(text))
      unit.sha256 = text;
    else if (word === 'by' && unit !== undefined && unit.runtime === undefined && HASH.test(text)) unit.runtime = text;
    else return wrong('it answered with a line that belongs in no report', line.slice(0, 200));
  }
  const missing = [...expected.keys()].filter((name) => !units.has(name)).sort(compare);
  if (missing.length > 0) return wrong('its report is not complete', `nothing is said of ${missing.join(', ')}`);
  return { units };
}

function stateOf({ reasons, waits, sha256 }: ReportedUnit, stackSha256: string): UnitState {
  if (reasons.length > 0) return 'drift';
  if (sha256 !== stackSha256) return 'undeployed';
  return waits.length > 0 ? 'waits' : 'clean';
}

function unitDrift(name: string, stackSha256: string, reported: ReportedUnit | undefined): UnitDrift {
  if (reported === undefined) {
    const nothing = { reasons: [], waits: [], unseen: [], deployedSha256: undefined, deployedRuntime: undefined };
    return { name, state: 'unknown', ...nothing, stackSha256 };
  }
  return {
    name,
    state: stateOf(reported, stackSha256),
    reasons: [...reported.reasons].sort(compare),
    waits: [...reported.waits].sort(compare),
    unseen: [...reported.unseen].sort(compare),
    deployedSha256: reported.sha256,
    deployedRuntime: reported.runtime,
    stackSha256,
  };
}

/** Whether each unit of each host still is as the last deploy left it, from what the hosts said. */
export function takeDrift(asked: readonly AskedHost[]): Drift {
  const failures: HostFailure[] = [];
  const hosts = [...asked]
    .sort((a, b) => compare(a.host, b.host) || compare(a.stack, b.stack))
    .map(({ host, stack, expected, runtime, answer }): HostDrift => {
      const told = 'report' in answer ? read(answer.report, expected) : answer;
      if ('failure' in told) failures.push({ host, stack, ...told.failure });
      const units = [...expected]
        .sort(([a], [b]) => compare(a, b))
        .map(([name, hash]) => unitDrift(name, hash, 'units' in told ? told.units.get(name) : undefined));
      return { host, stack, runtime, units };
    });
  return { hosts, failures };
}

/** 0 no drift, 2 drift; 1 if any host could not be asked. */
export function driftExitCode({ hosts, failures }: Drift): 0 | 1 | 2 {
  if (failures.length > 0) return 1;
  return hosts.some(({ units }) => units.some(({ state }) => state === 'drift')) ? 2 : 0;
}
