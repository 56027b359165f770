import { Bed, type BedOptions, type Result } from '../bed/bed';
import type { Case, Step } from './case';
import { summarize } from './summary';

const ONE_NIC = [{ name: 'eth0', mac: '52:54:00:aa:00:01' }] as const;

/** Runs a case in a bed of its own; returns one summary per step that leaves an outcome. */
export async function runCase(one: Case, options: Pick<BedOptions, 'el6Root'> = {}): Promise<string[][]> {
  const nics = one.nics ?? ONE_NIC;
  const bed = await Bed.open({ ...options, nics, lan: ['192.0.2.254/24'] });
  try {
    bed.remove('/etc/sysconfig/network');
    for (const [path, text] of Object.entries(one.files)) bed.write(path, text);
    const outcomes: string[][] = [];
    for (const step of one.steps) {
      const result = await perform(bed, step);
      if (result !== undefined) outcomes.push(summarize(result, await bed.state(), nics));
    }
    return outcomes;
  } finally {
    await bed.close();
  }
}

async function perform(bed: Bed, step: Step): Promise<Result | undefined> {
  if (typeof step === 'string') return bed.dom0(['/bin/bash', '-c', step], { timeoutSeconds: 60 });
  if ('reboot' in step) return bed.reboot();
  if ('write' in step) for (const [path, text] of Object.entries(step.write)) bed.write(path, text);
  else if ('remove' in step) for (const path of step.remove) bed.remove(path);
  else if ('hide' in step) bed.hide(step.hide);
  else if ('neighbour' in step) await bed.addNeighbour({ mac: '52:54:00:bb:00:01', address: step.neighbour });
  else await bed.addVif(step.vif, step.bridge, { mac: '00:16:3e:80:00:01', address: '192.0.2.20/24' });
  return undefined;
}

/** Cases mostly wait for ARP probes to time out, so many fit on few processors. */
export async function runCases(cases: readonly Case[], run: (one: Case) => Promise<void>, atOnce = 14): Promise<void> {
  const queue = [...cases];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
