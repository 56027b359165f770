/**
 * Whether the engine gets the providers by itself: from their registry, or from wherever the user's own configuration
 * sends it. Nobody knows that better than the engine, so it is asked to install them in an empty directory.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROVIDERS } from '../providers/mirror';
import { writeShared } from '../providers/cli-config';
import type { EngineBinary } from './binary';

/** The registry answers within this time or counts as out of reach; a download may take longer. */
const ANSWER_MILLISECONDS = 8_000;
const DOWNLOAD_MILLISECONDS = 120_000;
/** How long an answer is believed: what works stays so for a day, a network may come back any minute. */
const GOOD_FOR_MILLISECONDS = 86_400_000;
const BAD_FOR_MILLISECONDS = 600_000;

export interface RegistryCheck {
  readonly engine: EngineBinary;
  readonly cache: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

interface Remembered {
  readonly engine: string;
  readonly reachable: boolean;
  readonly at: number;
}

export async function providersReachable({ engine, cache, environment, progress }: RegistryCheck): Promise<boolean> {
  const file = join(cache, 'engine', `registry-${engine.kind}.json`);
  const name = `${engine.binary} ${engine.version}`;
  const before = remembered(file);
  if (before?.engine === name) {
    const age = Date.now() - before.at;
    if (age >= 0 && age < (before.reachable ? GOOD_FOR_MILLISECONDS : BAD_FOR_MILLISECONDS)) return before.reachable;
  }
  progress('Asking whether the registry of the providers can be reached');
  const reachable = await tryToInstall(engine.binary, environment);
  mkdirSync(join(cache, 'engine'), { recursive: true });
  writeShared(file, JSON.stringify({ engine: name, reachable, at: Date.now() } satisfies Remembered));
  return reachable;
}

function remembered(file: string): Remembered | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Remembered;
  } catch {
    return undefined;
  }
}

async function tryToInstall(binary: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'cdktf-xen-registry-'));
  try {
    const wanted = PROVIDERS.map(({ name, version }) => [name, { source: `hashicorp/${name}`, version }]);
    const config = { terraform: { required_providers: Object.fromEntries(wanted) as unknown } };
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(config));
    return await initSucceeds(binary, directory, environment);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function initSucceeds(binary: string, directory: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const env = { ...environment, TF_REGISTRY_DISCOVERY_RETRY: '0', TF_LOG: '', TF_DATA_DIR: '' };
    const child = spawn(binary, ['init', '-input=false', '-no-color'], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    let timer = setTimeout(stop, ANSWER_MILLISECONDS);
    let output = '';
    child.stdout.on('data', (part: Buffer) => {
      const before = output.includes('- Installing ');
      output += part.toString('utf8');
      if (before || !output.includes('- Installing ')) return;
      clearTimeout(timer);
      timer = setTimeout(stop, DOWNLOAD_MILLISECONDS);
    });
    child.on('error', () => {
      clearTimeout(timer);
      resolve(false);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}
