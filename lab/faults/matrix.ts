import type { Case, Reference } from './attempt';
import type { Fault } from './fault';
import { IMPOSTOR } from './fault-impostor';
import { BY_HAND, HOST_FAULTS, VAR_FULL } from './faults-host';
import { BOTH_KILLED, KILLS } from './faults-kill';
import { CONFLICT, DEAD_UPLINK, dropped, NOTHING, unplugged } from './faults-network';
import {
  DISSOLVED,
  FIRST,
  MOVED,
  OTHER_UPLINK,
  RENAMED,
  type Scenario,
  SMALLER,
  WRONG_GATEWAY,
  WRONG_NETMASK,
} from './scenarios';

/** The moment from which on the host waits for a confirmation. */
export const AWAITING = 'switch sleep 0.3 #1';
export const SWITCHING = 'switch phase switching #1';

// Loops that wait pass their boundaries a different number of times each run; copies alike are one boundary.
const UNSTEADY =
  / sleep (0[.]1|0[.]3|1) #|tools\/ #[23]|arping .* #[23]|confirm sleep|rm merged|rm [.]cdktf.*(old|network|br)|chkconfig cdktf-xen-net #/;

/** The boundaries that every run of a scenario has. */
export function steady(boundaries: readonly string[]): readonly string[] {
  return boundaries.filter((one) => one === AWAITING || !UNSTEADY.test(one));
}

/** Where most is half done: between the files, between the interfaces, before the confirmation and before its end. */
const DANGEROUS = /^switch (ifdown eth|mv ifcfg-(eth|xenbr0)|ifup eth)|^confirm phase/;

function cases(scenario: Scenario, boundaries: readonly string[], faults: readonly Fault[]): readonly Case[] {
  return faults.flatMap((fault) =>
    boundaries.filter((one) => fault.at?.test(one) ?? true).map((boundary) => ({ scenario, fault, boundary })),
  );
}

/** A bed whose /var/lib has room for a deploy and not much more. */
export const SMALL_VAR: Scenario = { ...FIRST, name: 'first bridge, small /var', bed: { varSizeKiB: 6144 } };

export const SCENARIOS: readonly Scenario[] = [
  ...[FIRST, SMALL_VAR, MOVED, RENAMED, SMALLER, DISSOLVED],
  ...[OTHER_UPLINK, WRONG_GATEWAY, WRONG_NETMASK],
];

const DEFAULT_TIMERS = { verifySeconds: 40, confirmSeconds: 90, rollbackSeconds: 120 };

/** What a case is called on the command line. */
export function nameOf({ scenario, fault, boundary }: Case): string {
  return `${scenario.name} | ${fault.name} | ${boundary}`;
}

/** Every fault at every boundary of the first scenario, and at the most dangerous ones of the others. */
export function matrix(references: ReadonlyMap<Scenario, Reference>): readonly Case[] {
  const of = (scenario: Scenario) => steady(references.get(scenario)?.boundaries ?? []);
  const dangerous = (scenario: Scenario) => of(scenario).filter((one) => DANGEROUS.test(one));
  const everywhere = [
    ...KILLS,
    ...HOST_FAULTS,
    dropped(5),
    dropped(30),
    unplugged(5),
    unplugged(30),
    CONFLICT,
    IMPOSTOR,
  ];
  const elsewhere = [...everywhere.filter(({ widely }) => widely)];
  return [
    ...cases(FIRST, of(FIRST), everywhere),
    ...cases(FIRST, [AWAITING], [...BY_HAND, BOTH_KILLED]),
    ...cases(FIRST, [SWITCHING], [dropped(120), unplugged(120), dropped(120, DEFAULT_TIMERS)]),
    ...cases(SMALL_VAR, of(SMALL_VAR), [VAR_FULL]),
    ...[RENAMED, SMALLER, DISSOLVED].flatMap((scenario) => cases(scenario, dangerous(scenario), elsewhere)),
    ...cases(MOVED, dangerous(MOVED), [...elsewhere, CONFLICT, IMPOSTOR]),
    ...[MOVED, SMALLER].flatMap((scenario) => cases(scenario, [AWAITING], [...BY_HAND, BOTH_KILLED])),
    ...cases(OTHER_UPLINK, [SWITCHING, AWAITING], [DEAD_UPLINK]),
    ...[WRONG_GATEWAY, WRONG_NETMASK].flatMap((scenario) => cases(scenario, [SWITCHING], [NOTHING])),
  ];
}
