import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine';
import type { Contender } from './deploy-contender';
import type { BenchHost, Timed } from './deploy-host';
import { STATE, type SynthesizedHost } from './deploy-stack';

/**
 * The same stack on Terraform's own terraform_data, which has the same provisioners and needs no provider. The lab's
 * stand-in provider takes longer to start than everything that is measured here, and would make all alike.
 */
export function withoutProvider(stack: string): void {
  const file = join(stack, 'cdk.tf.json');
  const text = readFileSync(file, 'utf8').replaceAll('null_resource', 'terraform_data');
  const json = JSON.parse(text) as {
    provider?: unknown;
    terraform: { required_providers?: unknown };
    resource: { terraform_data: Record<string, { triggers?: unknown; triggers_replace?: unknown }> };
  };
  delete json.provider;
  delete json.terraform.required_providers;
  for (const resource of Object.values(json.resource.terraform_data)) {
    resource.triggers_replace = resource.triggers;
    delete resource.triggers;
  }
  writeFileSync(file, JSON.stringify(json));
}

/** A stack as Terraform reads it, with one resource that runs one command; without one it does nothing. */
export function writeSingleStep(directory: string, command?: readonly string[]): void {
  const provisioner =
    command === undefined
      ? {}
      : { provisioner: [{ 'local-exec': { command: command.map((w) => `'${w}'`).join(' ') } }] };
  writeFileSync(
    join(directory, 'cdk.tf.json'),
    JSON.stringify({
      terraform: {
        backend: { local: { path: STATE } },
        required_providers: { null: { source: 'null', version: '3.2.4' } },
      },
      provider: { null: [{}] },
      resource: { null_resource: { step: { triggers: { bundle: '1' }, ...provisioner } } },
    }),
  );
}

/**
 * The same resources in the same order, each with nothing but an empty command on the host over the shared connection:
 * what a step per unit costs before it has done anything.
 */
export function writeEmptySteps(directory: string, { stack, tree }: SynthesizedHost): void {
  const json = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as {
    resource: Record<string, Record<string, { provisioner: { 'local-exec': { when?: string; command: string } }[] }>>;
  };
  const shared = 'ssh -F ssh_config -o ControlMaster=auto -o ControlPersist=60 -o ControlPath="$TMPDIR/empty-steps"';
  for (const resource of Object.values(json.resource).flatMap((ofType) => Object.values(ofType))) {
    const [step] = resource.provisioner;
    if (step === undefined || step['local-exec'].when === 'destroy') continue;
    // The connection that stays must not hold our output open: Terraform would wait for it.
    step['local-exec'].command = `cd '${tree}' && ${shared} xen01 true >"$TMPDIR/empty-steps.log" 2>&1`;
  }
  writeFileSync(join(directory, 'cdk.tf.json'), JSON.stringify(json));
}

/** `terraform apply` in a folder. Its init is done once, before anything is measured. */
export async function terraformContender(
  name: string,
  host: BenchHost,
  engine: Engine,
  directory: string,
): Promise<Contender> {
  await host.timed([engine.binary, `-chdir=${directory}`, 'init', '-input=false', '-no-color']);
  const forget = (): void => {
    for (const file of [STATE, `${STATE}.backup`]) rmSync(join(directory, file), { force: true });
  };
  const apply = (): Promise<Timed> =>
    host.timed([engine.binary, `-chdir=${directory}`, 'apply', '-auto-approve', '-input=false', '-no-color']);
  return {
    name,
    forget,
    deploy: apply,
    // Without its state Terraform runs every step again.
    async deployAgain() {
      forget();
      return apply();
    },
  };
}
