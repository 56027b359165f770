import { attempt, reference, type Reference } from '../../../../lab/faults/attempt';
import { matrix, nameOf } from '../../../../lab/faults/matrix';
import { FIRST, MOVED, type Scenario, WRONG_GATEWAY } from '../../../../lab/faults/scenarios';

/*
 * A few of the faults of `npm run lab:faults`, each on a fresh host: one for each kind of breaking and each part of the
 * runtime that can be broken into.
 */
const CASES = [
  'first bridge | script killed | deploy phase armed #1',
  'first bridge | script killed | deploy sync #2',
  'first bridge | hangup for everything | switch phase switching #1',
  'first bridge | all file systems full | switch phase switching #1',
  'first bridge | frames lost for 30 s | switch phase switching #1',
  'first bridge | switcher killed | switch mv ifcfg-eth0 #1',
  'first bridge | brctl gone | switch mv ifcfg-eth0 #1',
  'first bridge | power cut | switch mv ifcfg-xenbr0 #1',
  'first bridge | ssh sessions killed | switch ifup eth0 #1',
  'first bridge | ifup hangs | switch ifup xenbr0 #1',
  'first bridge | guardian killed | guardian sleep 0.5 #1',
  'first bridge | guardian killed | switch sleep 0.3 #1',
  'first bridge | guardian and switcher killed | switch sleep 0.3 #1',
  'first bridge | address flushed by hand | switch sleep 0.3 #1',
  'first bridge | deploy killed | confirm phase confirmed #1',
  'moved address | cable pulled for 30 s | switch ifup eth0 #1',
  'wrong gateway | nothing else | switch phase switching #1',
];

const references = new Map<Scenario, Reference>();

beforeAll(async () => {
  await Promise.all(
    [FIRST, MOVED, WRONG_GATEWAY].map(async (scenario) => {
      references.set(scenario, await reference(scenario));
    }),
  );
}, 120_000);

test.concurrent.each(CASES)(
  'nobody is locked out, and nothing is left half done: %s',
  async (name) => {
    const what = matrix(references).find((one) => nameOf(one) === name);
    const normal = what === undefined ? undefined : references.get(what.scenario);
    if (what === undefined || normal === undefined) throw new Error(`the harness has no case '${name}' any longer`);
    const { lockedOut, problems, log } = await attempt(what, normal);
    if (problems.length > 0) process.stderr.write(log);
    expect({ lockedOut, problems }).toEqual({ lockedOut: false, problems: [] });
  },
  300_000,
);
