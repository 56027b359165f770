import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Resources } from './synth-resources';

const ROOT = join(__dirname, '..', '..');
const PROGRAMS = ['synth-ours', 'synth-bare', 'synth-estate', 'synth-resources', 'synth-template'];

/** One run of a measured program. */
export interface Run extends Resources {
  readonly seconds: number;
}

/**
 * Where the programs write. In memory where there is room: what a journal does long after ten thousand files were
 * removed falls into somebody else's run, and bends a straight line.
 */
function outputFolder(): string {
  const memory = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize >= 2 ** 30) return mkdtempSync(join(memory, 'cdktf-xen-bench-'));
  } catch {
    // No such thing here.
  }
  return mkdtempSync(join(tmpdir(), 'cdktf-xen-bench-out-'));
}

/**
 * The measured programs as plain JavaScript, compiled once, outside the repository: as people run a published package,
 * and without a loader's time in any figure.
 */
export class Programs {
  public readonly directory = mkdtempSync(join(tmpdir(), 'cdktf-xen-bench-'));
  /** The parent of all output folders. */
  public readonly outputs = outputFolder();
  private runs = 0;

  public constructor() {
    const sources = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join('lib', name));
    for (const source of [...sources, ...PROGRAMS.map((name) => join('lab', 'bench', `${name}.ts`))]) {
      const target = join(this.directory, source.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, this.compile(source));
    }
    cpSync(join(ROOT, 'lib', 'runtime'), join(this.directory, 'lib', 'runtime'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.directory, 'node_modules'));
  }

  /** A new name for an output folder. */
  public freshOutput(): string {
    this.runs += 1;
    return join(this.outputs, `out-${this.runs}`);
  }

  /** Runs a program to its end in a fresh Node process; everything from start to exit counts. */
  public async run(program: 'ours' | 'bare', ...args: readonly string[]): Promise<Run> {
    const started = performance.now();
    const child = spawn(process.execPath, [join('lab', 'bench', `synth-${program}.js`), ...args], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const seconds = (performance.now() - started) / 1000;
    if (status !== 0) throw new Error(`the program ${program} ended with status ${status}: ${output}`);
    return { seconds, ...(JSON.parse(output) as Resources) };
  }

  public remove(): void {
    for (const directory of [this.directory, this.outputs]) rmSync(directory, { recursive: true, force: true });
  }

  private compile(source: string): string {
    const { outputText } = ts.transpileModule(readFileSync(join(ROOT, source), 'utf8'), {
      fileName: source,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        esModuleInterop: true,
      },
    });
    return outputText;
  }
}
