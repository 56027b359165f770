/** A directory with one configuration, in which the engine runs. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cliConfig, writeShared } from './cli-config';
import { PROVIDERS } from './mirror';

export interface EngineRun {
  readonly code: number;
  /** Both streams, without the line breaks and frames that depend on the width of a terminal. */
  readonly text: string;
}

interface StateFile {
  readonly outputs: Record<string, { value: unknown }>;
  readonly resources: readonly StateResource[];
}
interface StateResource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { attributes: Record<string, unknown> }[];
}

const RUN_TIMEOUT_MILLISECONDS = 120_000;

/** The engine with the providers of one mirror; its workspaces share one `init`. */
export class WorkspaceFactory {
  private readonly root = mkdtempSync(join(tmpdir(), 'cdktf-xen-providers-'));
  private initialized: Promise<Workspace> | undefined;
  private count = 0;

  constructor(
    private readonly binary: string,
    private readonly mirror: string,
  ) {}

  async create(): Promise<Workspace> {
    const template = await (this.initialized ??= this.initialize());
    const workspace = this.workspace(String(++this.count));
    cpSync(template.directory, workspace.directory, { recursive: true, verbatimSymlinks: true });
    return workspace;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private workspace(name: string): Workspace {
    const config = join(this.root, 'cli.tfrc');
    writeShared(config, cliConfig(this.mirror));
    const { PATH, HOME, TMPDIR, NODE_OPTIONS } = process.env;
    const environment = {
      PATH,
      HOME,
      TMPDIR,
      NODE_OPTIONS,
      TF_CLI_CONFIG_FILE: config,
      CHECKPOINT_DISABLE: '1',
      TF_INPUT: '0',
    };
    return new Workspace(this.binary, join(this.root, name), environment);
  }

  private async initialize(): Promise<Workspace> {
    const workspace = this.workspace('template');
    const wanted = PROVIDERS.map(({ name, version }) => [name, { source: `hashicorp/${name}`, version }]);
    workspace.write('versions.tf.json', { terraform: { required_providers: Object.fromEntries(wanted) as unknown } });
    await workspace.succeed('init');
    return workspace;
  }
}

export class Workspace {
  constructor(
    private readonly binary: string,
    readonly directory: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Writes a file: text as it is, everything else as JSON. */
  write(name: string, content: unknown, mode = 0o644): void {
    const file = join(this.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  }

  read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  /** What a program that runs here sees as its directory. */
  realDirectory(): string {
    return realpathSync(this.directory);
  }

  async run(...args: string[]): Promise<EngineRun> {
    const options = {
      cwd: this.directory,
      env: this.environment,
      timeout: RUN_TIMEOUT_MILLISECONDS,
      maxBuffer: 1 << 26,
    };
    const [command = '', ...rest] = args;
    const plain = command === 'providers' ? args : [command, '-no-color', ...rest];
    return new Promise((resolve) => {
      execFile(this.binary, plain, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        const text = command === 'providers' ? stdout : `${stdout}\n${stderr}`.replace(/[\s│╷╵]+/g, ' ');
        resolve({ code, text });
      });
    });
  }

  async succeed(...args: string[]): Promise<string> {
    const { code, text } = await this.run(...args);
    assert.equal(code, 0, `${args.join(' ')} failed: ${text}`);
    return text;
  }

  async apply(...args: string[]): Promise<string> {
    return this.succeed('apply', '-auto-approve', ...args);
  }

  /** A plan and whether it holds changes. */
  async plan(...args: string[]): Promise<{ changes: boolean; text: string }> {
    const { code, text } = await this.run('plan', '-detailed-exitcode', ...args);
    assert.ok(code === 0 || code === 2, `plan failed: ${text}`);
    return { changes: code === 2, text };
  }

  async planFails(): Promise<string> {
    const { code, text } = await this.run('plan');
    assert.equal(code, 1, `plan did not fail: ${text}`);
    return text;
  }

  state(): StateFile {
    const file = join(this.directory, 'terraform.tfstate');
    if (!existsSync(file)) return { outputs: {}, resources: [] };
    return JSON.parse(readFileSync(file, 'utf8')) as StateFile;
  }

  /** The attributes of all instances with this address. */
  instances(type: string, name: string): Record<string, unknown>[] {
    const found = this.state().resources.find((resource) => resource.type === type && resource.name === name);
    return found?.instances.map(({ attributes }) => attributes) ?? [];
  }
}
