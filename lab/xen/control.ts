import { connect, createServer, type Server, type Socket } from 'node:net';
import type { MacTableEntry, PortStatistics } from './switch';
import type { PingStatistics } from './ping-statistics';

export interface HostDescription {
  readonly name: string;
  readonly address: string;
  readonly macAddress: string;
  readonly uplink: string;
  readonly sshAddress: string;
  readonly sshPort: number;
  readonly hostKeys: readonly string[];
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly consoleFile: string;
  readonly pid: number;
  readonly running: boolean;
}

type Named = { readonly name: string };

/** What the lab's process does on request: method, its parameters, its result. */
export interface LabMethods {
  /** The connection that owns the lab: the lab ends with it. */
  own: { params: object; result: null };
  /** From now on the lab outlives its owner. */
  keep: { params: object; result: null };
  addHost: { params: Named; result: HostDescription };
  hosts: { params: object; result: HostDescription[] };
  powerCut: { params: Named; result: HostDescription };
  boot: { params: Named; result: HostDescription };
  awaitReboot: { params: Named & { readonly mark: number }; result: HostDescription };
  revert: { params: Named; result: HostDescription };
  drop: { params: Named; result: null };
  restore: { params: Named; result: null };
  portStatistics: { params: Named; result: PortStatistics };
  macTable: { params: object; result: MacTableEntry[] };
  arp: { params: { readonly address: string; readonly waitMs?: number }; result: string[] };
  startPing: { params: { readonly address: string; readonly intervalMs?: number }; result: number };
  pingStatistics: { params: { readonly ping: number }; result: PingStatistics };
  stopPing: { params: { readonly ping: number }; result: PingStatistics };
  forward: { params: { readonly address: string; readonly port: number }; result: number };
  stop: { params: object; result: null };
}

export type LabHandlers = {
  [M in keyof LabMethods]: (params: LabMethods[M]['params'], connection: Socket) => Promise<LabMethods[M]['result']>;
};

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: string;
  readonly progress?: string;
}

function send(socket: Socket, message: Message): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}

function onMessages(socket: Socket, receive: (message: Message) => void): void {
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      receive(JSON.parse(line) as Message);
    }
  });
}

export interface ControlServer {
  readonly server: Server;
  /** Tells everybody who listens what is going on. */
  progress(line: string): void;
}

/** Answers requests on a socket of the file system, which only the lab's user may open. */
export async function serveControl(
  path: string,
  handlers: LabHandlers,
  onClose: (connection: Socket) => void,
): Promise<ControlServer> {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => connection.destroy());
    connection.on('close', () => {
      connections.delete(connection);
      onClose(connection);
    });
    onMessages(connection, ({ id = 0, method = '', params }) => {
      const answer = async (): Promise<void> => {
        try {
          if (!(method in handlers)) throw new Error(`the lab knows no method '${method}'`);
          const handler = handlers[method as keyof LabMethods] as (params: unknown, from: Socket) => Promise<unknown>;
          send(connection, { id, result: await handler(params, connection) });
        } catch (error) {
          send(connection, { id, error: error instanceof Error ? error.message : String(error) });
        }
      };
      void answer();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    server,
    progress: (line) => {
      for (const connection of connections) send(connection, { progress: line });
    },
  };
}

/** The other end: calls the lab's process. */
export class ControlClient {
  private readonly pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private nextId = 1;

  private constructor(
    private readonly socket: Socket,
    progress: (line: string) => void,
  ) {
    onMessages(socket, ({ id, result, error, progress: line }) => {
      if (line !== undefined) progress(line);
      const request = this.pending.get(id ?? 0);
      if (request === undefined) return;
      this.pending.delete(id ?? 0);
      if (error === undefined) request.resolve(result);
      else request.reject(new Error(error));
    });
    const gone = (): void => {
      for (const { reject } of this.pending.values()) reject(new Error("the lab's process has ended"));
      this.pending.clear();
    };
    socket.on('error', gone);
    socket.on('close', gone);
  }

  static async open(path: string, progress: (line: string) => void): Promise<ControlClient> {
    const socket = await new Promise<Socket>((resolve, reject) => {
      const attempt = connect(path);
      attempt.once('connect', () => {
        attempt.removeListener('error', reject);
        resolve(attempt);
      });
      attempt.once('error', reject);
    });
    return new ControlClient(socket, progress);
  }

  call<M extends keyof LabMethods>(method: M, params: LabMethods[M]['params']): Promise<LabMethods[M]['result']> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) {
        reject(new Error("the lab's process has ended"));
        return;
      }
      const id = this.nextId++;
      this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      send(this.socket, { id, method, params });
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
