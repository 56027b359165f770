import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ROOT_ENVIRONMENT } from './run';

/**
 * A process that keeps namespaces open. The namespaces have no name on the machine: they live exactly as long as
 * their holder, and the holder lives exactly as long as the pipe to this process. So beds cannot collide, and
 * nothing is left behind however this process ends.
 */
export class Holder {
  private constructor(
    /** The holder's process id as the machine sees it: what nsenter(1) enters. */
    readonly pid: number,
    private readonly child: ChildProcess,
    private readonly ended: Promise<void>,
  ) {}

  static async start(argv: readonly string[]): Promise<Holder> {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, {
      cwd: '/',
      detached: true,
      env: ROOT_ENVIRONMENT,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    const pid = await new Promise<number>((resolve, reject) => {
      let said = '';
      let complaint = '';
      child.once('error', reject);
      child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const ready = /^ready (\d+)$/m.exec(said);
        if (ready) resolve(Number(ready[1]));
      });
      child.once('close', () => {
        reject(new Error(`bed: ${argv.join(' ')} ended early: ${complaint.trim()}`));
      });
    });
    // An open bed must not keep this process alive.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      (stream as unknown as { unref?: () => void }).unref?.();
    }
    return new Holder(pid, child, ended);
  }

  async stop(): Promise<void> {
    this.child.ref();
    this.child.stdin?.on('error', () => undefined);
    this.child.stdin?.end();
    await this.ended;
  }
}

/** The path of one of the bed's own shell files. */
export function script(name: string): string {
  return join(__dirname, name);
}
