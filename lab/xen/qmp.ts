import { connect, type Socket } from 'node:net';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** QEMU's monitor: one JSON object a line, answers in the order of the commands. */
export class QemuMonitor {
  private readonly pending: Pending[] = [];
  private text = '';

  private constructor(
    private readonly socket: Socket,
    private readonly timeoutSeconds: number,
  ) {
    socket.on('data', (bytes: Buffer) => {
      this.text += bytes.toString();
      for (let end = this.text.indexOf('\n'); end >= 0; end = this.text.indexOf('\n')) {
        this.receive(this.text.slice(0, end));
        this.text = this.text.slice(end + 1);
      }
    });
    const gone = (): void => {
      for (const { reject } of this.pending.splice(0)) reject(new Error('QEMU closed its monitor'));
    };
    socket.on('error', gone);
    socket.on('close', gone);
  }

  /** Connects to a QEMU that may be just starting. */
  static async open(path: string, timeoutSeconds = 60): Promise<QemuMonitor> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      try {
        const socket = await new Promise<Socket>((resolve, reject) => {
          const attempt = connect(path);
          attempt.once('connect', () => {
            attempt.removeListener('error', reject);
            resolve(attempt);
          });
          attempt.once('error', reject);
        });
        const monitor = new QemuMonitor(socket, timeoutSeconds);
        await monitor.execute('qmp_capabilities');
        return monitor;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async execute(command: string, args: object = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`QEMU did not answer '${command}' within ${this.timeoutSeconds} s`));
      }, this.timeoutSeconds * 1000);
      this.pending.push({
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  /** A command for people; QEMU tells of errors in these only by the text that it prints. */
  async human(line: string): Promise<string> {
    const answer = await this.execute('human-monitor-command', { 'command-line': line });
    return typeof answer === 'string' ? answer.replaceAll('\r', '').trim() : '';
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(line: string): void {
    const message = JSON.parse(line) as { return?: unknown; error?: { desc: string } };
    // Greetings and events are neither.
    if (message.error !== undefined) this.pending.shift()?.reject(new Error(`QEMU: ${message.error.desc}`));
    else if ('return' in message) this.pending.shift()?.resolve(message.return);
  }
}
