/**
 * A filesystem mirror that holds the lab's stand-ins for the providers null and external, for machines that reach
 * package registries alone. It lies in the user's cache, outside the repository:
 *
 *     KEY/cli.tfrc                        the engine's configuration that points at the mirror
 *     KEY/mirror/HOST/hashicorp/NAME/…    the executables
 *     KEY/builds/SOURCES/                 compiled stand-ins, KEY/current points at the newest
 *
 * The executables keep their bytes when the stand-in's sources change, because the engine pins their checksums in each
 * stack's lock file.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cliConfig, writeShared } from './cli-config';
import { compilePlugin, sourceKey } from './compile';

export interface Mirror {
  /** What the engine's configuration names as `filesystem_mirror`. */
  readonly directory: string;
  /** The file for TF_CLI_CONFIG_FILE. */
  readonly cliConfigFile: string;
}

/** The versions that the constructs of this project ask for. */
export const PROVIDERS = [
  { name: 'null', version: '3.2.4' },
  { name: 'external', version: '2.3.5' },
] as const;

/** Terraform and OpenTofu look for `hashicorp/null` in folders of different names. */
export const HOSTS = { terraform: 'registry.terraform.io', tofu: 'registry.opentofu.org' } as const;

export function labCache(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'cdktf-xen-lab');
}

/** The name of this machine's kind in the mirror's layout. */
export function platform(): string {
  const architectures: Record<string, string> = { x64: 'amd64', ia32: '386' };
  return `${process.platform}_${architectures[process.arch] ?? process.arch}`;
}

export function providerDirectory(mirror: string, host: string, provider: { name: string; version: string }): string {
  return join(mirror, host, 'hashicorp', provider.name, provider.version, platform());
}

/** Builds the mirror, or brings it up to date, or finds that it is. */
export async function buildStandInMirror(cache = labCache()): Promise<Mirror> {
  const key = createHash('sha256').update(__dirname).update('\0').update(process.execPath).digest('hex').slice(0, 16);
  const root = join(cache, 'providers', key);
  const directory = join(root, 'mirror');
  await compileOnce(root);
  for (const host of Object.values(HOSTS)) {
    for (const provider of PROVIDERS) {
      const file = `terraform-provider-${provider.name}_v${provider.version}`;
      const program = wrapper(join(root, 'current', 'plugin', 'main.js'), provider.name);
      writeShared(join(providerDirectory(directory, host, provider), file), program, 0o755);
    }
  }
  const cliConfigFile = join(root, 'cli.tfrc');
  writeShared(cliConfigFile, cliConfig(directory));
  return { directory, cliConfigFile };
}

async function compileOnce(root: string): Promise<void> {
  const build = join('builds', sourceKey());
  const current = join(root, 'current');
  if (!existsSync(join(root, build))) {
    mkdirSync(join(root, 'builds'), { recursive: true });
    const fresh = mkdtempSync(join(root, 'builds', '.new-'));
    await compilePlugin(fresh);
    try {
      renameSync(fresh, join(root, build));
    } catch (error) {
      // Another run was faster; its build is the same.
      rmSync(fresh, { recursive: true });
      if (!existsSync(join(root, build))) throw error;
    }
  }
  if (existsSync(current) && readlinkSync(current) === build) return;
  const link = `${current}.${process.pid}.new`;
  rmSync(link, { force: true });
  symlinkSync(build, link);
  renameSync(link, current);
}

/**
 * The executable of a stand-in. Options of Node in the environment are meant for other programs, and may name a loader
 * that takes longer than the stand-in itself; the external provider hands them on to the programs that it runs.
 */
function wrapper(script: string, provider: string): string {
  return `#!/bin/sh
# A stand-in for the provider ${provider}, made by the lab of cdktf-xen. It is not the real one.
STAND_IN_NODE_OPTIONS="\${NODE_OPTIONS-}" NODE_OPTIONS='' exec ${quote(process.execPath)} ${quote(script)} ${provider}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
