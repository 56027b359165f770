import { parseArgs } from 'node:util';
import { resolveEngine } from '../engine/engine';
import { type CommandResult, factsOf, LabProject } from '../project';
import { Lab } from '../xen/lab';
import type { LabHost } from '../xen/lab-host';
import { BY_HAND, KNOWN, type KnownKind } from './by-hand';
import { KINDS, type Kind } from './kinds';

/** Of a known kind a deploy speaks once. */
const ALL: readonly (Kind | KnownKind)[] = [...KINDS, ...BY_HAND, ...KNOWN];

const usage = `usage: npm run lab:drift [-- --kind TEXT] [--from TEXT] [--idle N]
  --kind TEXT  only kinds of drift whose name has the text
  --from TEXT  only the first kind whose name has the text, and those after it
  --idle N     plans of a host that nobody touches, before and after its reboot (default 20)`;

/** What a plan would replace, and the words that it shows. */
interface Plan {
  readonly units: readonly string[];
  readonly text: string;
}

interface Outcome {
  readonly name: string;
  readonly problem: string | undefined;
  readonly how: string;
}

function words(result: CommandResult): string {
  return result.output.replace(/[\s│╷╵]+/g, ' ');
}

/** Terraform's address of a unit. */
function unitOf(address: string): string {
  return address.replace(/^xen01_/, '').replace(/^(bridge|domU)_/, '$1-');
}

class DriftLab {
  public constructor(
    private readonly host: LabHost,
    private readonly project: LabProject,
  ) {}

  public async plan(): Promise<Plan> {
    const result = await this.project.diff();
    if (result.status !== 0) throw new Error(`cdktf diff ended with status ${result.status}:\n${result.output}`);
    const replaced = /null_resource\.(xen01_\w+)(?: \([^)]*\))? (?:is tainted, so )?must be replaced/g;
    return {
      units: [...new Set([...result.output.matchAll(replaced)].map((match) => unitOf(match[1] ?? '')))].sort(),
      text: result.output,
    };
  }

  public async deploy(): Promise<CommandResult> {
    return this.project.deploy();
  }

  /** One kind from the drift to the clean plan after it; the first thing that is not as it should be. */
  public async run(kind: Kind | KnownKind): Promise<Outcome> {
    const outcome = (problem: string | undefined, how = ''): Outcome => ({ name: kind.name, problem, how });
    const { status, stdout, stderr } = await this.host.run(`id=$(xl domid web1); ${kind.drift}`, {
      timeoutSeconds: 300,
    });
    if (status !== 0) return outcome(`it can't be made by hand, exit status ${status}:\n${stdout}${stderr}`);
    const plan = await this.plan();
    if (!kind.reason.test(plan.text.replace(/\s+/g, ' ')))
      return outcome(`the plan does not say ${kind.reason.source}:\n${plan.text}`);
    if (plan.units.join() !== kind.unit)
      return outcome(`the plan replaces ${plan.units.join(', ')}, not ${kind.unit}:\n${plan.text}`);
    let how = 'mended';
    if ('note' in kind) return this.known(kind, outcome);
    if (kind.refusal !== undefined) {
      const refused = await this.deploy();
      if (refused.status === 0 || !words(refused).includes(kind.refusal.phrase))
        return outcome(`the deploy does not refuse with '${kind.refusal.phrase}':\n${refused.output}`);
      await this.host.check(kind.refusal.cure, { timeoutSeconds: 300 });
      how = 'refused with the cure, mended by it';
    }
    const deployed = await this.deploy();
    if (deployed.status !== 0) return outcome(`the deploy ended with status ${deployed.status}:\n${deployed.output}`);
    const after = await this.plan();
    return outcome(
      after.text.includes('No changes.') ? undefined : `the plan after it is not clean:\n${after.text}`,
      how,
    );
  }

  /** What stays is told by one deploy, and is no drift from then on, nor once it is gone. */
  private async known(
    kind: KnownKind,
    outcome: (problem: string | undefined, how?: string) => Outcome,
  ): Promise<Outcome> {
    const deployed = await this.deploy();
    if (deployed.status !== 0 || !kind.note.test(words(deployed)))
      return outcome(`the deploy does not say ${kind.note.source}:\n${deployed.output}`);
    const kept = await this.plan();
    await this.host.check(kind.undo, { timeoutSeconds: 300 });
    const after = await this.plan();
    const dirty = [kept, after].find(({ text }) => !text.includes('No changes.'));
    return outcome(
      dirty === undefined ? undefined : `a plan after it is not clean:\n${dirty.text}`,
      'told once, stays',
    );
  }

  /** A kind that went wrong must not spoil the next one. */
  public async recover(): Promise<void> {
    await this.host.check('rm -f /var/lib/cdktf-xen/net/rolled-back');
    const { status, output } = await this.deploy();
    if (status !== 0) console.log(output);
  }

  public async idle(times: number): Promise<number> {
    let drifted = 0;
    for (let time = 0; time < times; time += 1) {
      const { text } = await this.plan();
      if (text.includes('No changes.')) continue;
      drifted += 1;
      console.log(text);
    }
    return drifted;
  }
}

function say(text: string): void {
  console.log(`${new Date().toTimeString().slice(0, 8)}  ${text}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { kind: { type: 'string' }, from: { type: 'string' }, idle: { type: 'string' } },
  });
  const idle = Number(values.idle ?? 20);
  if (!Number.isSafeInteger(idle) || idle < 0)
    throw new Error(`--idle must be a number of plans, got '${values.idle ?? ''}'\n${usage}`);
  const first = ALL.findIndex(({ name }) => name.includes(values.from ?? ''));
  const kinds = ALL.filter(({ name }, index) => first >= 0 && index >= first && name.includes(values.kind ?? ''));
  if (kinds.length === 0)
    throw new Error(
      `no kind of drift is called '${values.kind ?? values.from ?? ''}'; there are:\n${ALL.map(({ name }) => `  ${name}`).join('\n')}`,
    );
  const engine = await resolveEngine({ progress: say });
  const lab = await Lab.start({ hosts: ['xen01'], progress: say });
  const host = lab.host('xen01');
  const project = LabProject.create(engine, { facts: await factsOf(host), app: 'lab/drift/app.ts' });
  try {
    await host.check(
      'lab-volume-group vg0 96 && lvcreate -q -n spare -L 64M vg0 && lab-guest-disk /dev/vg0/spare 192.0.2.99 00:16:3e:11:22:33 spare',
    );
    const drift = new DriftLab(host, project);
    say('the first deploy');
    const deployed = await drift.deploy();
    if (deployed.status !== 0) throw new Error(deployed.output);
    const outcomes: Outcome[] = [];
    for (const [index, kind] of kinds.entries()) {
      const outcome = await drift.run(kind);
      outcomes.push(outcome);
      say(`${String(index + 1).padStart(2)} of ${kinds.length}  ${kind.name}: ${outcome.problem ?? outcome.how}`);
      if (outcome.problem !== undefined) await drift.recover();
    }
    let failed = outcomes.filter(({ problem }) => problem !== undefined).length;
    const before = await drift.idle(idle);
    say(`${idle} idle plans: ${before} with drift`);
    if (idle > 0) {
      await host.reboot();
      await lab.outside.awaitArp('192.0.2.21', { timeoutSeconds: 300 });
      const after = await drift.idle(1);
      say(`after a reboot of the host: ${after === 0 ? 'no drift' : 'drift'}`);
      failed += before + after;
    }
    console.log(`\n${'kind of drift, made by hand'.padEnd(54)}${'seen at'.padEnd(16)}outcome`);
    for (const [index, { name, problem, how }] of outcomes.entries())
      console.log(
        `${name.padEnd(54)}${(kinds[index]?.unit ?? '').padEnd(16)}${problem === undefined ? how : 'FAILED'}`,
      );
    console.log(
      `\n${outcomes.length - outcomes.filter((one) => one.problem !== undefined).length} of ${outcomes.length} kinds seen at their unit alone, with their reason, and mended, refused with the cure, or told once`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await lab.stop();
    project.remove();
  }
}

main()
  .then((status) => (process.exitCode = status))
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
