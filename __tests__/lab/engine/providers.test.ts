import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { resolveEngine } from '../../../lab/engine/engine';
import type { Engine } from '../../../lab/engine/engine';
import { HOSTS, providerDirectory, PROVIDERS } from '../../../lab/providers/mirror';
import { FakeMachine } from './fake-engine';

const OFFLINE = 'exit 1';
const ONLINE = 'echo "- Installing hashicorp/null v3.2.4..."; exit 0';

// Each case starts several processes, on a machine that may be busy with virtual ones.
jest.setTimeout(180_000);

let machine: FakeMachine;
let progress: string[];

beforeEach(() => {
  machine = new FakeMachine();
  progress = [];
});

afterEach(() => {
  machine.remove();
});

function resolve(more: NodeJS.ProcessEnv = {}): Promise<Engine> {
  return resolveEngine({ environment: machine.environment(more), progress: (line) => progress.push(line) });
}

function mirror(
  name: string,
  hosts: string[],
  providers: readonly { name: string; version: string }[] = PROVIDERS,
): string {
  const directory = join(machine.root, name);
  for (const host of hosts)
    for (const p of providers) mkdirSync(providerDirectory(directory, host, p), { recursive: true });
  return directory;
}

test('a CLI configuration file that exists wins over everything', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', ONLINE);
  const config = machine.file(
    'my.tfrc',
    'provider_installation {\n  filesystem_mirror {\n    path = "/srv/my mirror"\n  }\n}\n',
  );
  const engine = await resolve({ TF_CLI_CONFIG_FILE: config, LAB_PROVIDERS: '/nowhere' });
  expect(engine.standIn).toBe(false);
  expect(engine.env['TF_CLI_CONFIG_FILE']).toBe(config);
  expect(engine.env['TF_CLI_ARGS_providers_lock']).toBe('-fs-mirror=/srv/my\\ mirror');
  expect(engine.note).toContain(`providers as ${config} says`);
  expect(progress).toEqual([]);
});

test('a CLI configuration file that does not exist is passed over without a word', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', ONLINE);
  const engine = await resolve({ TF_CLI_CONFIG_FILE: join(machine.root, 'missing.tfrc') });
  expect(engine.env['TF_CLI_CONFIG_FILE']).toBe('');
  expect(engine.note).toContain('providers from their registry');
  expect(engine.note).not.toContain('missing.tfrc');
});

test('LAB_PROVIDERS names a mirror that is used for init and for lock', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', ONLINE);
  const directory = mirror('mirror', Object.values(HOSTS));
  const engine = await resolve({ LAB_PROVIDERS: directory });
  expect(engine.standIn).toBe(false);
  expect(existsSync(engine.env['TF_CLI_CONFIG_FILE'] ?? '')).toBe(true);
  expect(engine.env['TF_CLI_ARGS_providers_lock']).toBe(`-fs-mirror=${directory}`);
  expect(engine.note).toContain(`the mirror ${directory}`);
});

test('a mirror that lacks what the engine asks for is an error that names it', async () => {
  machine.engine('tofu', 'OpenTofu v1.6.2', ONLINE);
  const forTerraform = mirror('terraform-only', [HOSTS.terraform]);
  await expect(resolve({ LAB_PROVIDERS: forTerraform })).rejects.toThrow(`holds no ${HOSTS.tofu}/hashicorp/null 3.2.4`);
  const nullOnly = mirror('null-only', [HOSTS.tofu], [PROVIDERS[0]]);
  await expect(resolve({ LAB_PROVIDERS: nullOnly })).rejects.toThrow(`holds no ${HOSTS.tofu}/hashicorp/external 2.3.5`);
});

test('the registry is asked once, and then used as usual', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', ONLINE);
  const engine = await resolve();
  expect(engine.standIn).toBe(false);
  expect(Object.keys(engine.env)).not.toContain('TF_CLI_ARGS_providers_lock');
  await resolve();
  expect(progress).toEqual(['Asking whether the registry of the providers can be reached']);
});

test('only without a registry the stand-in is used, and one line says so', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', OFFLINE);
  const engine = await resolve();
  expect(engine.standIn).toBe(true);
  expect(engine.note).toContain("the providers null and external are the lab's STAND-IN");
  expect(engine.note).not.toContain('\n');
  expect(engine.env['TF_CLI_CONFIG_FILE']).toContain(machine.root);
  expect(engine.env['TF_CLI_ARGS_providers_lock']).toMatch(/^-fs-mirror=/);
});

test('a registry that never answers counts as out of reach', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', 'exec sleep 60');
  expect((await resolve()).standIn).toBe(true);
});

test('what is known of one engine is not believed of another', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', OFFLINE);
  expect((await resolve()).standIn).toBe(true);
  machine.engine('terraform', 'Terraform v1.12.0', ONLINE);
  expect((await resolve()).standIn).toBe(false);
});

test('arguments for lock that the user has set stay', async () => {
  machine.engine('terraform', 'Terraform v1.11.4', OFFLINE);
  const engine = await resolve({ TF_CLI_ARGS_providers_lock: '-platform=linux_arm64' });
  expect(engine.env['TF_CLI_ARGS_providers_lock']).toBe('-platform=linux_arm64');
});
