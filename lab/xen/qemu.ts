import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { lan } from './addresses';
import { QemuMonitor } from './qmp';

const program = 'qemu-system-x86_64';

export interface MachineOptions {
  readonly name: string;
  readonly macAddress: string;
  /** Directory of the build: `xen` and `vmlinuz`. */
  readonly image: string;
  readonly initramfs: string;
  readonly disk: string;
  readonly switchPort: number;
  readonly console: string;
  readonly monitor: string;
}

/**
 * A Xen host. A snapshot loads only into the very machine that saved it, so nothing in here may depend on the run but
 * paths and ports. The CPU is one that both Xen and the emulator can do; with others Xen crashes.
 */
export function hostArguments(options: MachineOptions, loadSnapshot?: string): string[] {
  const kernelLine = 'console=hvc0 panic=5 net.ifnames=0 biosdevname=0 mitigations=off quiet random.trust_cpu=on';
  return [
    ...['-name', options.name],
    ...['-accel', 'tcg,thread=multi,tb-size=192', '-cpu', 'Opteron_G3,+rdrand', '-smp', '2', '-m', '1536'],
    ...['-nodefaults', '-display', 'none'],
    ...['-chardev', `file,id=console,path=${options.console},append=on`, '-serial', 'chardev:console'],
    ...['-kernel', `${options.image}/xen`],
    ...['-append', 'dom0_mem=400M,max:400M loglvl=warning com1=115200,8n1 console=com1 bootscrub=0'],
    ...['-initrd', `${options.image}/vmlinuz ${kernelLine},${options.initramfs}`],
    // Nothing of a lab must survive the machine it runs on, so nothing waits for that machine's disk.
    ...['-drive', `file=${options.disk},if=none,id=disk,cache=unsafe`, '-device', 'virtio-blk-pci,drive=disk'],
    ...['-netdev', `socket,id=lan,connect=127.0.0.1:${options.switchPort}`],
    ...['-device', `virtio-net-pci,netdev=lan,romfile=,mac=${options.macAddress}`],
    ...['-qmp', `unix:${options.monitor},server=on,wait=off`],
    ...(loadSnapshot === undefined ? [] : ['-loadvm', loadSnapshot]),
  ];
}

/**
 * The LAN's gateway: QEMU's user network without a machine. It answers on the LAN as the gateway and carries connections from
 * loopback to the hosts; `restrict` keeps it from answering for addresses that do not exist.
 */
export function gatewayArguments(switchPort: number, monitor: string): string[] {
  return [
    ...['-name', 'gateway', '-M', 'none', '-nodefaults', '-display', 'none'],
    ...['-netdev', `user,id=user,net=${lan.cidr},host=${lan.gateway},restrict=on,ipv6=off`],
    ...['-netdev', `socket,id=lan,connect=127.0.0.1:${switchPort}`],
    ...['-netdev', 'hubport,id=hub-user,hubid=1,netdev=user', '-netdev', 'hubport,id=hub-lan,hubid=1,netdev=lan'],
    ...['-qmp', `unix:${monitor},server=on,wait=off`],
  ];
}

/** A running QEMU; it dies with the process that started it, however that ends. */
export class Qemu {
  private exited = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly output: string,
    readonly monitor: QemuMonitor,
  ) {
    child.on('exit', () => {
      this.exited = true;
    });
  }

  static async start(args: readonly string[], monitorPath: string, output: string): Promise<Qemu> {
    rmSync(monitorPath, { force: true });
    const log = openSync(output, 'w');
    // setpriv has the kernel kill QEMU when its parent is gone, for a parent that is killed itself can't.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['ignore', log, log] });
    closeSync(log);
    const failed = once(child, 'exit').then(() => {
      throw new Error(`QEMU ended at once:\n${complaints(output)}`);
    });
    failed.catch(() => undefined);
    const monitor = await Promise.race([QemuMonitor.open(monitorPath), failed]);
    return new Qemu(child, output, monitor);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return !this.exited;
  }

  /** What QEMU itself had to say, without its remarks on features that emulation lacks. */
  complaints(): string {
    return complaints(this.output);
  }

  /** Kills it as a power cut does. */
  async kill(): Promise<void> {
    this.monitor.close();
    if (this.exited) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  /** Ends it in order, with all of its disk written. */
  async quit(): Promise<void> {
    if (this.exited) return;
    const exit = once(this.child, 'exit');
    await this.monitor.execute('quit').catch(() => undefined);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await exit;
    clearTimeout(timer);
    this.monitor.close();
  }
}

function complaints(output: string): string {
  if (!existsSync(output)) return '';
  const lines = readFileSync(output, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.includes("TCG doesn't support requested feature")).join('\n');
}
