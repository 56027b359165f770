import { rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { hostAddresses } from './addresses';
import { buildImage, type Image } from './cache';
import { serveControl, type ControlServer, type LabHandlers } from './control';
import { Gateway } from './gateway';
import { HostMachine } from './host-machine';
import { OutsideStation } from './outside-station';
import { EthernetSwitch } from './switch';

/** How long a lab waits for its first visitor before it takes it that nobody will come. */
const lonelyMs = 60_000;

/**
 * The process behind a lab: it is the LAN, and the parent of every QEMU. It ends with the connection that owns it, so a lab never
 * outlives a test that was killed; QEMU in turn ends with it.
 */
class LabProcess {
  private readonly network = new EthernetSwitch();
  private readonly outside = new OutsideStation(this.network);
  private readonly hosts = new Map<string, HostMachine>();
  private readonly cables = new Map<string, number>();
  private control: ControlServer | undefined;
  private image: Promise<Image> | undefined;
  private gateway: Promise<Gateway> | undefined;
  private owner: Socket | undefined;
  private kept = false;
  private stopping: Promise<void> | undefined;

  constructor(private readonly directory: string) {}

  async serve(): Promise<void> {
    this.control = await serveControl(join(this.directory, 'control.sock'), this.handlers(), (connection) => {
      if (connection === this.owner && !this.kept) void this.end();
    });
    setTimeout(() => {
      if (this.owner === undefined) void this.end();
    }, lonelyMs).unref();
  }

  /** Ends everything, once, and then this process. */
  async end(status = 0): Promise<void> {
    this.stopping ??= this.stop();
    await this.stopping;
    process.exit(status);
  }

  private async stop(): Promise<void> {
    this.outside.close();
    const gateway = await this.gateway?.catch(() => undefined);
    await Promise.allSettled([gateway?.stop(), ...[...this.hosts.values()].map((host) => host.powerCut())]);
    await this.network.close();
    this.control?.server.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private readonly progress = (line: string): void => {
    this.control?.progress(line);
  };

  private host(name: string): HostMachine {
    const host = this.hosts.get(name);
    if (host === undefined)
      throw new Error(`no host '${name}' in this lab, it has: ${[...this.hosts.keys()].join(', ')}`);
    return host;
  }

  private async addHost(name: string): Promise<HostMachine> {
    const existing = this.hosts.get(name);
    if (existing !== undefined) return existing;
    const { address } = hostAddresses(name);
    this.image ??= buildImage(this.progress);
    const image = await this.image;
    this.gateway ??= this.startGateway();
    const gateway = await this.gateway;
    const switchPort = this.cables.get(name) ?? (await this.network.addCable(name));
    this.cables.set(name, switchPort);
    const host = await HostMachine.prepare(name, {
      image,
      directory: join(this.directory, name),
      switchPort,
      sshPort: await gateway.forward(address, 22),
      progress: this.progress,
    });
    this.hosts.set(name, host);
    try {
      await host.start();
    } catch (error) {
      this.hosts.delete(name);
      await host.powerCut();
      throw error;
    }
    return host;
  }

  private async startGateway(): Promise<Gateway> {
    // QEMU's user network answers whatever reaches it, whoever was meant: it gets only what is for the gateway.
    const switchPort = await this.network.addCable('gateway', { accepts: (mac) => mac.startsWith('52:55:') });
    return Gateway.start(this.directory, switchPort);
  }

  private handlers(): LabHandlers {
    return {
      own: (_, connection) => {
        this.owner = connection;
        return Promise.resolve(null);
      },
      keep: () => {
        this.kept = true;
        writeFileSync(join(this.directory, 'kept'), '');
        return Promise.resolve(null);
      },
      addHost: async ({ name }) => (await this.addHost(name)).describe(),
      hosts: () => Promise.resolve([...this.hosts.values()].map((host) => host.describe())),
      powerCut: async ({ name }) => {
        await this.host(name).powerCut();
        return this.host(name).describe();
      },
      boot: async ({ name }) => {
        await this.host(name).boot();
        return this.host(name).describe();
      },
      awaitReboot: async ({ name, mark }) => {
        await this.host(name).untilBooted(mark);
        return this.host(name).describe();
      },
      revert: async ({ name }) => {
        await this.host(name).revert();
        return this.host(name).describe();
      },
      drop: ({ name }) => {
        this.network.drop(name);
        return Promise.resolve(null);
      },
      restore: ({ name }) => {
        this.network.restore(name);
        return Promise.resolve(null);
      },
      portStatistics: ({ name }) => Promise.resolve(this.network.statistics(name)),
      macTable: () => Promise.resolve(this.network.macTable()),
      arp: ({ address, waitMs }) => this.outside.arp(address, waitMs),
      startPing: ({ address, intervalMs }) => Promise.resolve(this.outside.startPing(address, intervalMs)),
      pingStatistics: ({ ping }) => Promise.resolve(this.outside.pingStatistics(ping)),
      stopPing: ({ ping }) => this.outside.stopPing(ping),
      forward: async ({ address, port }) => {
        if (this.gateway === undefined) throw new Error('the lab has no gateway before its first host');
        return (await this.gateway).forward(address, port);
      },
      stop: () => {
        // The answer first: the end of this process closes the connection.
        setTimeout(() => void this.end(), 20);
        return Promise.resolve(null);
      },
    };
  }
}

async function main(directory: string): Promise<void> {
  const lab = new LabProcess(directory);
  writeFileSync(join(directory, 'lab.pid'), `${process.pid}\n`);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void lab.end());
  const die = (error: unknown): void => {
    console.error(error);
    void lab.end(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  await lab.serve();
}

void main(process.argv[2] ?? '');
