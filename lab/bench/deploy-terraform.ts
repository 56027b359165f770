import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/engine';
import type { Contender } from './deploy-contender';
import type { PlainHost, Timed } from '../bed/plain-host';
import { type Question, type Stack, withoutProviders } from './deploy-rewrite';
import { STATE } from './deploy-stack';

const JSON_FILE = 'cdk.tf.json';

export function readStack(directory: string): Stack {
  return JSON.parse(readFileSync(join(directory, JSON_FILE), 'utf8')) as Stack;
}

/** A stack with one resource that runs one command; without one it does nothing. */
export function singleStep(command?: readonly string[]): Stack {
  const words = command?.map((word) => `'${word}'`).join(' ');
  const step = words === undefined ? {} : { provisioner: [{ 'local-exec': { command: words } }] };
  const terraform = {
    backend: { local: { path: STATE } },
    required_providers: { null: { source: 'null', version: '3.2.4' } },
  };
  return { terraform, provider: { null: [{}] }, resource: { null_resource: { step } } };
}

/** Asks what a plan has to know, and lays the answers where Terraform looks for them. */
function asking(directory: string, questions: readonly Question[]): string {
  const quoted = (word: string): string => `'${word.replaceAll('${path.module}', directory)}'`;
  return questions
    .map(({ variable, program }) => {
      const answers = `${directory}/${variable}.auto.tfvars.json`;
      return `{ printf '{"${variable}":' && ${program.map(quoted).join(' ')} && printf '}'; } >'${answers}' && `;
    })
    .join('');
}

/**
 * `terraform apply` of a stack in a folder. Its init is done once, before anything is measured.
 *
 * Where the providers are the lab's stand-ins, which take longer to start than everything that is measured here, the stack
 * does without: what the external one would have run is run all the same, before Terraform instead of by it.
 */
export async function terraformContender(
  name: string,
  host: PlainHost,
  engine: Engine,
  directory: string,
  stack: Stack,
): Promise<Contender> {
  const { stack: written, questions } = engine.standIn ? withoutProviders(stack) : { stack, questions: [] };
  writeFileSync(join(directory, JSON_FILE), JSON.stringify(written));
  await host.timed([engine.binary, `-chdir=${directory}`, 'init', '-input=false', '-no-color']);
  const forget = (): void => {
    for (const file of [STATE, `${STATE}.backup`]) rmSync(join(directory, file), { force: true });
  };
  const terraform = `exec '${engine.binary}' -chdir='${directory}' apply -auto-approve -input=false -no-color`;
  const apply = (): Promise<Timed> => host.timed(['bash', '-c', asking(directory, questions) + terraform]);
  return {
    name,
    idleSays: /^Apply complete! Resources: 0 added, 0 changed, 0 destroyed\.$/m,
    forget,
    deploy: apply,
    // Without its state Terraform runs every step again.
    async deployAgain() {
      forget();
      return apply();
    },
  };
}
