import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where builds, keys and snapshots live: outside the repository, shared by all checkouts of a user. */
export function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'cdktf-xen-lab');
}

export function identityFile(): string {
  return join(cacheDirectory(), 'client', 'id_ed25519');
}

/** What the build makes: `xen`, `vmlinuz`, `initrd.img` and `dom0.img` in a directory that is named by its key. */
export interface Image {
  readonly directory: string;
  /** Different for every build, even one from the same inputs. */
  readonly buildId: string;
}

/** Builds what is missing (nothing, as a rule) and says where it is. */
export async function buildImage(progress: (line: string) => void): Promise<Image> {
  const directory = await new Promise<string>((resolve, reject) => {
    const build = spawn('bash', [join(__dirname, 'build.sh')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaints = '';
    build.stdout.on('data', (text: Buffer) => (output += text.toString()));
    build.stderr.on('data', (text: Buffer) => {
      complaints += text.toString();
      for (const line of text.toString().split('\n')) if (line.startsWith('lab build: ')) progress(line.slice(11));
    });
    build.on('error', reject);
    build.on('close', (status) => {
      if (status === 0) resolve(output.trim());
      else reject(new Error(`the lab's build failed (status ${status ?? 'none'}):\n${complaints.trimEnd()}`));
    });
  });
  if (!existsSync(join(directory, 'dom0.img')))
    throw new Error(`the lab's build gave '${directory}', which holds no dom0.img`);
  return { directory, buildId: readFileSync(join(directory, 'build-id'), 'utf8').trim() };
}
