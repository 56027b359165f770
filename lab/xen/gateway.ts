import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayArguments, Qemu } from './qemu';

/** The LAN's gateway, which also carries connections from loopback to addresses of the LAN. */
export class Gateway {
  private constructor(private readonly qemu: Qemu) {}

  static async start(directory: string, switchPort: number): Promise<Gateway> {
    const monitor = join(directory, 'gateway.sock');
    const qemu = await Qemu.start(gatewayArguments(switchPort, monitor), monitor, join(directory, 'gateway.log'));
    writeFileSync(join(directory, 'gateway.pid'), `${qemu.pid}\n`);
    return new Gateway(qemu);
  }

  /** Opens a free port of loopback that leads to a port of an address on the LAN, and returns it. */
  async forward(address: string, port: number): Promise<number> {
    const known = await this.forwardedPort(address, port);
    if (known !== undefined) return known;
    const answer = await this.qemu.monitor.human(`hostfwd_add user tcp:127.0.0.1:0-${address}:${port}`);
    const chosen = await this.forwardedPort(address, port);
    if (chosen === undefined) throw new Error(`the gateway can't forward to ${address}:${port}: ${answer}`);
    return chosen;
  }

  async stop(): Promise<void> {
    await this.qemu.kill();
  }

  /** QEMU chooses the port, so it can't be taken in between; its table of connections tells which. */
  private async forwardedPort(address: string, port: number): Promise<number | undefined> {
    const table = await this.qemu.monitor.human('info usernet');
    const chosen = parseForwards(table).find((forward) => forward.address === address && forward.port === port);
    return chosen?.loopbackPort;
  }
}

/** The forwards in QEMU's table: `TCP[HOST_FORWARD]  13  127.0.0.1 37053  192.0.2.10 22  0 0`. */
export function parseForwards(table: string): { loopbackPort: number; address: string; port: number }[] {
  return [...table.matchAll(/TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+(\S+)\s+(\d+)/g)].map((match) => ({
    loopbackPort: Number(match[1]),
    address: match[2] ?? '',
    port: Number(match[3]),
  }));
}
