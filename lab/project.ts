import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabFacts } from '../stacks/lab';
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
export async function factsOf(host: LabHost): Promise<LabFacts> {
  const { sshAddress: address, sshPort: port, hostKeys, identityFile } = host;
  return {
    ssh: { address, port, hostKeys: [...hostKeys], identityFile },
    eth0: host.macAddress,
    xenVersion: (await host.check(`xl info | awk '/^xen_(major|minor)/ { print $3 }'`)).trim().replace('\n', '.'),
  };
}

/** A project folder of its own for the lab's stack, driven by the real cdktf with a resolved engine. */
export class LabProject {
  private constructor(
    public readonly directory: string,
    private readonly engine: Engine,
    private readonly echo: ((text: string) => void) | undefined,
  ) {}

  public static create(engine: Engine, facts: LabFacts, echo?: (text: string) => void): LabProject {
    const project = new LabProject(mkdtempSync(join(tmpdir(), 'cdktf-xen-project-')), engine, echo);
    const settings = {
      language: 'typescript',
      app: `${join(BIN, 'tsx')} ${join(ROOT, 'lab', 'app.ts')}`,
      projectId: 'cdktf-xen-lab',
      sendCrashReports: 'false',
    };
    writeFileSync(join(project.directory, 'cdktf.json'), JSON.stringify(settings));
    project.setFacts(facts);
    return project;
  }

  /** What the next command synthesizes from. */
  public setFacts(facts: LabFacts): void {
    writeFileSync(join(this.directory, 'facts.json'), JSON.stringify(facts, undefined, 2));
  }

  /** A file of the synthesized host tree. */
  public treeFile(path: string): string {
    return readFileSync(join(this.directory, 'cdktf.out/stacks/office/assets/xen01/tree', path), 'utf8');
  }

  public synth(): Promise<CommandResult> {
    return this.cdktf('synth');
  }

  public diff(): Promise<CommandResult> {
    return this.cdktf('diff', 'office');
  }

  public deploy(): Promise<CommandResult> {
    return this.cdktf('deploy', 'office', '--auto-approve');
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
