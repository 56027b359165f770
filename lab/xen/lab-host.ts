import { ConsoleLog } from './console-log';
import type { ControlClient, HostDescription } from './control';
import { runSsh, sshArguments, type CommandResult, type RunOptions } from './ssh';
import type { PortStatistics } from './switch';

/** A Xen host of a lab, as seen from outside. */
export class LabHost {
  readonly name: string;
  /** On the lab's LAN. */
  readonly address: string;
  readonly macAddress: string;
  readonly uplink: string;
  /** How to reach it from this machine. */
  readonly sshAddress: string;
  readonly sshPort: number;
  /** `ssh-ed25519 AAAA...`, one per key. */
  readonly hostKeys: readonly string[];
  readonly identityFile: string;
  readonly knownHostsFile: string;
  private readonly console: ConsoleLog;

  constructor(
    private readonly control: ControlClient,
    private description: HostDescription,
  ) {
    this.name = description.name;
    this.address = description.address;
    this.macAddress = description.macAddress;
    this.uplink = description.uplink;
    this.sshAddress = description.sshAddress;
    this.sshPort = description.sshPort;
    this.hostKeys = description.hostKeys;
    this.identityFile = description.identityFile;
    this.knownHostsFile = description.knownHostsFile;
    this.console = new ConsoleLog(description.consoleFile);
  }

  /** QEMU's process; 0 before the first start. */
  get pid(): number {
    return this.description.pid;
  }

  /** Runs a command as root, by an SSH connection of its own. */
  run(command: string, options?: RunOptions): Promise<CommandResult> {
    return runSsh(this, command, options);
  }

  /** As `run`, but anything else than status 0 is an error that says what the command said. */
  async check(command: string, options?: RunOptions): Promise<string> {
    const { status, stdout, stderr } = await this.run(command, options);
    if (status !== 0) throw new Error(`'${command}' on ${this.name} ended with status ${status}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** The arguments of `ssh` up to the command, for tools that call it themselves. */
  get sshArguments(): string[] {
    return sshArguments(this);
  }

  async powerCut(): Promise<void> {
    this.description = await this.control.call('powerCut', { name: this.name });
  }

  /** A cold boot from the disk as it is; ends when the host is ready. */
  async boot(): Promise<void> {
    this.description = await this.control.call('boot', { name: this.name });
  }

  /** A reboot as an admin does it; ends when the host is ready again. */
  async reboot(): Promise<void> {
    const mark = this.console.mark();
    await this.check('reboot');
    this.description = await this.control.call('awaitReboot', { name: this.name, mark });
  }

  /** Memory and disk back to the state after the start, in seconds. */
  async revert(): Promise<void> {
    this.description = await this.control.call('revert', { name: this.name });
  }

  consoleLog(): string {
    return this.console.text();
  }

  /** What went through the host's port of the switch. */
  portStatistics(): Promise<PortStatistics> {
    return this.control.call('portStatistics', { name: this.name });
  }
}
