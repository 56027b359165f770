import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { App, TerraformStack } from 'cdktf';
import { Address, type BridgeOptions, Lan, type LanProps, type SshOptions, Uplink, XenHost } from '../../lib';
import { Bed, type BedOptions, type Result } from '../bed/bed';
import { Boundaries } from './boundaries';

export const ETH0 = '52:54:00:aa:00:01';
export const ETH1 = '52:54:00:aa:00:02';
export const SCRIPTS = '/etc/sysconfig/network-scripts';
const NET = '/var/lib/cdktf-xen/net';

/** Deviations of a stack from the plainest one: xenbr0 on eth0 with 192.0.2.10. */
export interface Change {
  readonly ssh?: Partial<SshOptions>;
  readonly lan?: Partial<LanProps>;
  readonly bridge?: Partial<BridgeOptions>;
}

/** A synthesized tree and the unit of its bridge. */
export interface Tree {
  readonly directory: string;
  readonly unit: string;
  readonly bridge: string;
  /** Where the host is to be found afterwards. */
  readonly address: string;
}

/** Short enough to try hundreds of faults, long enough for a busy machine. */
const TIMEOUTS = { verifySeconds: 12, confirmSeconds: 18, rollbackSeconds: 28 };

/** A running deploy. */
export interface Deploy {
  readonly child: ChildProcess;
  readonly ended: () => boolean;
  /** Exit status, 128 and more for a signal, and both streams. */
  readonly result: Promise<{ readonly status: number; readonly output: string }>;
}

/** A plain CentOS 6 dom0 in a bed, deployed to from its LAN over the interface that changes. */
export class FaultHost {
  private trees = 0;
  private deploys = 0;

  private constructor(
    readonly bed: Bed,
    readonly boundaries: Boundaries,
  ) {}

  static async open(options: BedOptions): Promise<FaultHost> {
    const bed = await Bed.open({ sshd: '192.0.2.10', ...options });
    try {
      bed.write('/etc/sysconfig/network', 'NETWORKING=yes\nHOSTNAME=xen01.example.org\nGATEWAYDEV=eth0\n');
      bed.write(
        `${SCRIPTS}/ifcfg-eth0`,
        `DEVICE=eth0\nHWADDR=${ETH0.toUpperCase()}\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=192.0.2.10\nNETMASK=255.255.255.0\nGATEWAY=192.0.2.1\nARPCHECK=no\n`,
      );
      await bed.dom0(['service', 'network', 'start']);
      return new FaultHost(bed, await Boundaries.install(bed));
    } catch (error) {
      await bed.close();
      throw error;
    }
  }

  /** Synthesizes; the tree goes with the bed. */
  tree(change: Change, timeouts: BridgeOptions['timeouts'] = TIMEOUTS): Tree {
    this.trees += 1;
    const outdir = join(this.bed.scratch, `synth-${this.trees}`);
    const app = new App({ outdir });
    const { address, port, hostKeys, identityFile } = this.bed.sshd;
    const lan = new Lan(app, 'lan0', { cidr: '192.0.2.0/24', gateway: '192.0.2.1', ...change.lan });
    const host = new XenHost(new TerraformStack(app, 'office'), 'xen01', {
      ssh: { address, port, hostKeys: [...hostKeys], identityFile, ...change.ssh },
      memoryMiB: 8192,
      dom0MemoryMiB: 1024,
    });
    const bridge = host.addBridge('xenbr0', {
      lan,
      uplink: Uplink.nic('eth0', ETH0),
      address: Address.ipv4('192.0.2.10'),
      timeouts,
      ...change.bridge,
    });
    app.synth();
    const directory = join(outdir, 'stacks', 'office', 'assets', 'xen01', 'tree');
    return { directory, unit: `bridge-${bridge.name}`, bridge: bridge.name, address: bridge.address ?? address };
  }

  /** Begins what Terraform runs for the bridge's unit. */
  deploy(tree: Tree): Deploy {
    this.deploys += 1;
    // To a file, not a pipe: a shared connection would hold that open, and its last lines may come late.
    const file = join(this.bed.scratch, `deploy-${this.deploys}`);
    const script = `exec bash "$CDKTF_XEN_TREE/../../../runtime/deployer/carry.sh" apply xen01 ${tree.unit} >${file} 2>&1`;
    const child = this.bed.spawnLan(['bash', '-c', script], {
      CDKTF_XEN_TREE: tree.directory,
      TMPDIR: this.bed.scratch,
    });
    child.stdout?.resume();
    child.stderr?.resume();
    let over = false;
    const result = new Promise<{ status: number; output: string }>((resolve) => {
      child.once('exit', (code) => {
        over = true;
        // Without a code a signal has ended it.
        resolve({ status: code ?? 137, output: existsSync(file) ? readFileSync(file, 'utf8') : '' });
      });
    });
    return { child, ended: () => over, result };
  }

  /** One new connection; the host key is verified against the tree's known_hosts. */
  async reaches(tree: Tree, name: string): Promise<boolean> {
    // Paths in the tree's ssh_config are relative.
    const command = `cd ${tree.directory} && exec ssh -F ssh_config -o ControlPath=none -o ConnectTimeout=2 ${name} true`;
    const { status } = await this.bed.lan(['bash', '-c', command], { timeoutSeconds: 5 });
    return status === 0;
  }

  /** Whether the host lets us in at the new address or at the one that it moves from. */
  async reachable(tree: Tree): Promise<boolean> {
    const config = readFileSync(join(tree.directory, 'ssh_config'), 'utf8');
    if (await this.reaches(tree, 'xen01')) return true;
    return config.includes('Host xen01-former') && (await this.reaches(tree, 'xen01-former'));
  }

  /** Runs a script in dom0. */
  run(script: string): Promise<Result> {
    return this.bed.dom0(['/bin/bash', '-c', script]);
  }

  /** Signals processes of dom0; gives what it met, a line each. */
  async signalDom0(signal: string, pattern: string): Promise<string> {
    return (await this.bed.dom0(['/bin/bash', '/.faults/signal.sh', signal, pattern])).stdout.trim();
  }

  /** Signals processes beside the host. */
  async signalLan(signal: string, pattern: string): Promise<string> {
    return (await this.bed.lan(['bash', join(__dirname, 'signal.sh'), signal, pattern])).stdout.trim();
  }

  /** Id of the transaction that the last deploy began, or undefined. */
  transaction(): string | undefined {
    for (const link of ['current', 'last']) {
      const place = `${this.bed.path(NET)}/${link}`;
      if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return basename(readlinkSync(place));
    }
    return undefined;
  }

  /** The transaction's phase, `none` where there is none. */
  phase(transaction: string | undefined): string {
    const place = this.bed.path(`${NET}/${transaction ?? 'none'}/phase`);
    return existsSync(place) ? readFileSync(place, 'utf8').trim() : 'none';
  }

  /** What the host has noted about a switch that went back. */
  record(): string | undefined {
    return this.bed.exists(`${NET}/rolled-back`) ? this.bed.read(`${NET}/rolled-back`) : undefined;
  }

  /** Whether a transaction is still the current one. */
  get pending(): boolean {
    return this.bed.exists(`${NET}/current`);
  }

  close(): Promise<void> {
    return this.bed.close();
  }
}
