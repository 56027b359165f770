import { spawn } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
const TSC = join(ROOT, 'node_modules', '.bin', 'tsc');

/** What a program left. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program run to its end; whoever reads its output may go away at once. */
export async function run(command: readonly string[], cwd: string, env = {}, reads = true): Promise<Ended> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  if (reads) child.stdout.on('data', (data: Buffer) => (said.stdout += data.toString()));
  else child.stdout.destroy();
  child.stderr.on('data', (data: Buffer) => (said.stderr += data.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, ...said };
}

/** What npm knows of the package. */
export const { bin, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  scripts: Record<string, string>;
};

/**
 * Builds the package as it is published.
 *
 * @returns the path of its program
 */
export async function buildProgram(directory: string): Promise<string> {
  const options = ['-p', 'tsconfig.build.json', '--declaration', 'false', '--outDir', join(directory, 'dist')];
  expect(await run([TSC, ...options], ROOT)).toEqual({ status: 0, stdout: '', stderr: '' });
  cpSync(join(ROOT, 'lib/runtime'), join(directory, 'dist/lib/runtime'), { recursive: true });
  return join(directory, bin['cdktf-xen'] ?? '');
}

/** What a command ends with that can't be done. */
export const failed = (message: string): Ended => ({
  status: 1,
  stdout: '',
  stderr: `cdktf-xen: error: ${message}\n`,
});
