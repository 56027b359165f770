import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { destinationOf, isMulticast, sourceOf } from './frames';

/** Where frames come in and go out: a cable to a machine, or a station that lives in this process. */
interface Port {
  readonly name: string;
  readonly accepts: (destination: string) => boolean;
  send: (frame: Buffer) => void;
  dropped: boolean;
  statistics: PortStatistics;
}

export interface PortStatistics {
  framesIn: number;
  framesOut: number;
  framesDropped: number;
}

export interface MacTableEntry {
  readonly mac: string;
  readonly port: string;
  /** How often this MAC was seen to change its port: a duplicate shows here, where a ping does not see it. */
  readonly moves: number;
}

export interface CableOptions {
  /** Which destinations may leave by this port, besides multicast; default all. */
  readonly accepts?: (destination: string) => boolean;
}

/**
 * A learning Ethernet switch. A machine's cable is a TCP connection on loopback, on which a frame is a 4-byte length and
 * its bytes, as QEMU's socket network speaks it: no root, no tap device.
 */
export class EthernetSwitch {
  private readonly ports = new Map<string, Port>();
  private readonly table = new Map<string, { port: string; moves: number }>();
  private readonly servers: Server[] = [];
  private readonly cables = new Set<Socket>();

  /** Opens a port for a machine on a free TCP port of loopback and returns that port's number. */
  async addCable(name: string, options: CableOptions = {}): Promise<number> {
    let current: Socket | undefined;
    const port = this.addPort(name, options.accepts ?? (() => true));
    port.send = (frame) => {
      if (current === undefined || current.destroyed) return;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(frame.length);
      current.write(Buffer.concat([length, frame]));
    };
    const server = createServer((cable) => {
      // One plug a port: a machine that comes again has lost its old cable.
      current?.destroy();
      current = cable;
      this.cables.add(cable);
      cable.setNoDelay(true);
      receiveFrames(cable, (frame) => {
        this.forward(port, frame);
      });
      cable.on('error', () => cable.destroy());
      cable.on('close', () => {
        this.cables.delete(cable);
        if (current === cable) this.forget(name);
      });
    });
    this.servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  /** Plugs in a station of this process: it gets every frame that leaves by its port; the result sends one in. */
  addStation(name: string, receive: (frame: Buffer) => void): (frame: Buffer) => void {
    const port = this.addPort(name, () => true);
    port.send = receive;
    return (frame) => {
      this.forward(port, frame);
    };
  }

  /** Lets nothing through to or from a port, as a pulled cable that still shows a link. */
  drop(name: string): void {
    this.port(name).dropped = true;
    this.forget(name);
  }

  restore(name: string): void {
    this.port(name).dropped = false;
  }

  statistics(name: string): PortStatistics {
    return { ...this.port(name).statistics };
  }

  macTable(): MacTableEntry[] {
    return [...this.table]
      .map(([mac, entry]) => ({ mac, port: entry.port, moves: entry.moves }))
      .sort((a, b) => (a.mac < b.mac ? -1 : 1));
  }

  async close(): Promise<void> {
    for (const cable of this.cables) cable.destroy();
    await Promise.all(
      this.servers.map(
        (server) =>
          new Promise<void>((resolve) =>
            server.close(() => {
              resolve();
            }),
          ),
      ),
    );
  }

  private addPort(name: string, accepts: (destination: string) => boolean): Port {
    if (this.ports.has(name)) throw new Error(`the switch already has a port '${name}'`);
    const port: Port = {
      name,
      accepts,
      send: () => undefined,
      dropped: false,
      statistics: { framesIn: 0, framesOut: 0, framesDropped: 0 },
    };
    this.ports.set(name, port);
    return port;
  }

  private port(name: string): Port {
    const port = this.ports.get(name);
    if (port === undefined)
      throw new Error(`no port '${name}' on the switch, it has: ${[...this.ports.keys()].join(', ')}`);
    return port;
  }

  private forget(port: string): void {
    for (const [mac, entry] of this.table) if (entry.port === port) this.table.delete(mac);
  }

  private learn(mac: string, port: string): void {
    if (isMulticast(mac)) return;
    const entry = this.table.get(mac);
    if (entry === undefined) this.table.set(mac, { port, moves: 0 });
    else if (entry.port !== port) {
      entry.port = port;
      entry.moves += 1;
    }
  }

  private forward(from: Port, frame: Buffer): void {
    from.statistics.framesIn += 1;
    if (from.dropped) {
      from.statistics.framesDropped += 1;
      return;
    }
    this.learn(sourceOf(frame), from.name);
    const destination = destinationOf(frame);
    const known = isMulticast(destination) ? undefined : this.table.get(destination)?.port;
    if (known === from.name) return;
    for (const port of this.ports.values()) {
      if (port === from || (known !== undefined && known !== port.name)) continue;
      if (!isMulticast(destination) && !port.accepts(destination)) continue;
      if (port.dropped) {
        port.statistics.framesDropped += 1;
        continue;
      }
      port.statistics.framesOut += 1;
      port.send(frame);
    }
  }
}

/** Cuts the byte stream of a cable into frames; what is shorter than an Ethernet header is no frame. */
function receiveFrames(cable: Socket, receive: (frame: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  cable.on('data', (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    while (pending.length >= 4) {
      const length = pending.readUInt32BE(0);
      if (pending.length < 4 + length) return;
      // A copy: the buffer is reused while a slow port may still hold the frame.
      const frame = Buffer.from(pending.subarray(4, 4 + length));
      pending = pending.subarray(4 + length);
      if (frame.length >= 14) receive(frame);
    }
  });
}
