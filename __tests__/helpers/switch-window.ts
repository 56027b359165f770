import type { BedHost, TreeChange } from './bed-host';

export const NET = '/var/lib/cdktf-xen/net';

/** The shortest that a change may be given. */
export const SHORT = { timeouts: { verifySeconds: 10, confirmSeconds: 15, rollbackSeconds: 25 } };

export async function until(what: () => boolean | Promise<boolean>, seconds = 90): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * The phase of the host's current change of the network, else of its last one. The host closes a change at any moment, so
 * what was there a moment ago may be gone.
 */
export function phaseOf({ bed }: BedHost): string {
  for (const name of ['current', 'last']) {
    try {
      return bed.read(`${NET}/${name}/phase`).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return 'none';
}

/** Waits until the change has come to its end in this phase and is closed: from then on `last` leads to it. */
export async function untilClosed(host: BedHost, phase: string, seconds?: number): Promise<void> {
  await until(() => phaseOf(host) === phase && !host.bed.exists(`${NET}/current`), seconds);
}

/** Stages, arms and switches as a deploy does, by somebody who then never comes back. */
export async function switchAndLeave(host: BedHost, change: TreeChange, unit = 'bridge-xenbr0'): Promise<void> {
  const tree = host.tree(change);
  const child = host.bed.spawnLan(['bash', `${tree}/../../../runtime/deployer/carry.sh`, 'apply', 'xen01', unit], {
    CDKTF_XEN_TREE: tree,
  });
  await until(() => ['armed', 'switching'].includes(phaseOf(host)));
  await host.bed.end(child);
}
