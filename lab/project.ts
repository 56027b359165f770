import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostFacts } from '../stacks/lab';
import type { Engine } from './engine/engine';
import type { LabHost } from './xen/lab-host';

const ROOT = join(__dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');

/** What a cdktf command did. */
export interface CommandResult {
  readonly status: number;
  /** Both streams, without colours. */
  readonly output: string;
  readonly seconds: number;
}

/** What a stack has to know about a host that was just booted. */
export async function factsOf(host: LabHost): Promise<HostFacts> {
  const { sshAddress: address, sshPort: port, hostKeys, identityFile } = host;
  return {
    ssh: { address, port, hostKeys: [...hostKeys], identityFile },
    eth0: host.macAddress,
    xenVersion: (await host.check(`xl info | awk '/^xen_(major|minor)/ { print $3 }'`)).trim().replace('\n', '.'),
  };
}

/** What a project of the lab is made of. */
export interface LabProjectOptions {
  /** What the app reads; it can be changed later. */
  readonly facts: object;
  /** Hears everything that cdktf prints. */
  readonly echo?: (text: string) => void;
  /** The app, from the checkout's folder. Default: the office of lab/app.ts. */
  readonly app?: string;
}

/** A project folder of its own for an app of the lab, driven by the real cdktf with a resolved engine. */
export class LabProject {
  private constructor(
    public readonly directory: string,
    private readonly engine: Engine,
    private readonly echo: ((text: string) => void) | undefined,
  ) {}

  public static create(engine: Engine, { facts, echo, app = 'lab/app.ts' }: LabProjectOptions): LabProject {
    const project = new LabProject(mkdtempSync(join(tmpdir(), 'cdktf-xen-project-')), engine, echo);
    const settings = {
      language: 'typescript',
      app: `${join(BIN, 'tsx')} ${join(ROOT, app)}`,
      projectId: 'cdktf-xen-lab',
      sendCrashReports: 'false',
    };
    writeFileSync(join(project.directory, 'cdktf.json'), JSON.stringify(settings));
    project.setFacts(facts);
    return project;
  }

  /** What the next command synthesizes from. */
  public setFacts(facts: object): void {
    writeFileSync(join(this.directory, 'facts.json'), JSON.stringify(facts, undefined, 2));
  }

  /** A file of a synthesized host tree. */
  public treeFile(path: string, { stack = 'office', host = 'xen01' } = {}): string {
    return readFileSync(join(this.directory, 'cdktf.out/stacks', stack, 'assets', host, 'tree', path), 'utf8');
  }

  public synth(): Promise<CommandResult> {
    return this.cdktf('synth');
  }

  public diff(stack = 'office'): Promise<CommandResult> {
    return this.cdktf('diff', stack);
  }

  public deploy(...stacks: readonly string[]): Promise<CommandResult> {
    return this.cdktf('deploy', ...(stacks.length === 0 ? ['office'] : stacks), '--auto-approve');
  }

  public destroy(): Promise<CommandResult> {
    return this.cdktf('destroy', 'office', '--auto-approve');
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private cdktf(...args: string[]): Promise<CommandResult> {
    const started = Date.now();
    const environment: NodeJS.ProcessEnv = {
      ...this.engine.env,
      LAB_FACTS: join(this.directory, 'facts.json'),
      NO_COLOR: '1',
      FORCE_COLOR: '0',
      CI: '1',
    };
    const child = spawn(join(BIN, 'cdktf'), args, {
      cwd: this.directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (data: Buffer): void => {
      // eslint-disable-next-line no-control-regex -- colours that a tool writes against our wish
      const text = data.toString().replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
      output += text;
      this.echo?.(text);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => {
        resolve({ status: status ?? 1, output, seconds: (Date.now() - started) / 1000 });
      });
    });
  }
}
