import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bed } from './bed';

const ADDRESS = '192.0.2.10';
export const ETH0 = '52:54:00:aa:00:01';
const SCRIPTS = '/etc/sysconfig/network-scripts';

/** What a deploy may leave behind, and what it changes. */
const WRITTEN = `/etc/xen ${SCRIPTS}/ifcfg-xenbr0 /var/lib/cdktf-xen /root/.ansible`;
const CHANGED = `/etc/sysconfig/network ${SCRIPTS}/ifcfg-eth0 /etc/sysctl.conf /etc/sysconfig/xendomains`;

/** How a command in the host's Lan ended, and how long it took. */
export interface Timed {
  readonly seconds: number;
  readonly output: string;
}

/**
 * A plain CentOS 6 dom0 with a real sshd, whose network can be in the state that a deploy wants while its files are
 * still those of before: what is measured is the carrying of files, not the seconds that a switch waits for ARP.
 */
export class PlainHost {
  private constructor(
    public readonly bed: Bed,
    /** The temporary folder of whatever runs in the Lan; shared ssh connections have their sockets in it. */
    public readonly temporary: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  public static async open(environment: Readonly<Record<string, string>>): Promise<PlainHost> {
    const bed = await Bed.open({ sshd: ADDRESS });
    const temporary = mkdtempSync(join(tmpdir(), 'cdktf-xen-bench-'));
    const host = new PlainHost(bed, temporary, {
      ...environment,
      TMPDIR: temporary,
      // What a plan remembers of a host is not the person's own affair here.
      XDG_CACHE_HOME: temporary,
    });
    bed.write('/etc/sysconfig/network', 'NETWORKING="yes"\nHOSTNAME=xen01.example.org\n');
    bed.write(
      `${SCRIPTS}/ifcfg-eth0`,
      `DEVICE=eth0\nHWADDR=${ETH0}\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=${ADDRESS}\nNETMASK=255.255.255.0\nGATEWAY=192.0.2.1\nARPCHECK=no\n`,
    );
    bed.write('/etc/sysconfig/xendomains', 'XENDOMAINS_SAVE=/var/lib/xen/save\nXENDOMAINS_AUTO=/etc/xen/auto\n');
    // Of Xen's package; guests are not started at boot here.
    const xendomains = '#!/bin/bash\n# chkconfig: 345 98 02\n';
    bed.write('/etc/rc.d/init.d/xendomains', xendomains, 0o755);
    for (const name of ['xl', 'xenstore-ls', 'xenstore-list']) {
      bed.programs.replace(name, readFileSync(join(__dirname, 'plain-host-xl.sh'), 'utf8'));
    }
    await host.onHost(`chkconfig xendomains on; service network start; tar -cf /root/before.tar ${CHANGED}`);
    return host;
  }

  public get ssh() {
    const { address, port, hostKeys, identityFile } = this.bed.sshd;
    return { address, port, hostKeys: [...hostKeys], identityFile };
  }

  /** Runs a command beside the host, as the person who deploys would. */
  public async timed(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Timed> {
    const started = performance.now();
    const result = await this.bed.lan(command, {
      env: { ...this.environment, ...environment },
      timeoutSeconds: 300,
    });
    const seconds = (performance.now() - started) / 1000;
    const output = result.stdout + result.stderr;
    if (result.status !== 0)
      throw new Error(`${command.join(' ')} ended with status ${result.status}:\n${output.slice(-4000)}`);
    return { seconds, output };
  }

  /** Files as before any deploy; the running network stays as it is. */
  public async resetFiles(): Promise<void> {
    await this.onHost(`rm -rf ${WRITTEN}; mkdir /etc/xen; tar -xf /root/before.tar -C /`);
  }

  /** Ends the connections that earlier runs left open, so that each pays for its own login. */
  public async disconnect(): Promise<void> {
    for (const name of readdirSync(this.temporary, { recursive: true, withFileTypes: true })) {
      if (!name.isSocket()) continue;
      await this.bed.lan(['ssh', '-o', `ControlPath=${join(name.parentPath, name.name)}`, '-O', 'exit', 'nobody']);
    }
  }

  /** Path, mode, owner and checksum of all that a deploy writes: the same for every contender. */
  public async written(): Promise<string> {
    const list = `find /etc/xen ${CHANGED} ${SCRIPTS}/ifcfg-xenbr0 -type f | LC_ALL=C sort`;
    return this.onHost(`${list} | while read -r f; do stat -c '%n %a %U:%G' $f; sha256sum <$f; done`);
  }

  public folder(name: string): string {
    const directory = join(this.temporary, name);
    mkdirSync(directory);
    return directory;
  }

  public async onHost(script: string): Promise<string> {
    const { status, stdout, stderr } = await this.bed.dom0(['bash', '-c', script]);
    if (status !== 0) throw new Error(`on the host: ${script}: status ${status}: ${stderr}`);
    return stdout;
  }

  public async close(): Promise<void> {
    await this.bed.close();
    rmSync(this.temporary, { recursive: true, force: true });
  }
}
