import { Holder, script } from './holder';
import { must, run, ROOT_ENVIRONMENT, type Result, type RunOptions } from './run';

/** Somebody with one interface on the wire: a guest of dom0, or another machine of the LAN. */
export interface Guest {
  /** The interface's name on the other side: the vif in dom0, or the port of the LAN's bridge. */
  readonly name: string;
  /** A process in the guest's network namespace, for nsenter(1). */
  readonly pid: number;
  /** Runs a command of the machine in the guest's network namespace. */
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
  close(): Promise<void>;
}

export interface GuestOptions {
  readonly mac: string;
  /** With prefix, as in 192.0.2.20/24; without it the guest only has a MAC. */
  readonly address?: string;
}

/** Plugs a new guest into namespace `hostPid`; `attach` are the iproute2 batch lines that its port needs there. */
export async function plug(
  hostPid: number,
  name: string,
  options: GuestOptions,
  attach: readonly string[],
  directory: string,
): Promise<Guest> {
  const holder = await Holder.start(['unshare', '--net', '--', 'bash', script('guest-init.sh')]);
  const batch = async (pid: number, lines: readonly string[]): Promise<void> => {
    await must(['nsenter', '-t', String(pid), '-n', 'ip', '-batch', '-'], directory, {
      input: `${lines.join('\n')}\n`,
    });
  };
  try {
    await batch(hostPid, [
      `link add ${name} type veth peer name eth0 address ${options.mac} netns ${holder.pid}`,
      ...attach,
    ]);
    await batch(holder.pid, [
      ...(options.address === undefined ? [] : [`address add ${options.address} dev eth0`]),
      'link set eth0 up',
    ]);
  } catch (error) {
    await holder.stop();
    throw error;
  }
  return {
    name,
    pid: holder.pid,
    run: (argv, runOptions = {}) =>
      run(['nsenter', '-t', String(holder.pid), '-n', ...argv], directory, {
        ...runOptions,
        env: { ...ROOT_ENVIRONMENT, ...runOptions.env },
      }),
    close: () => holder.stop(),
  };
}
