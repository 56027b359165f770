import { Bed, type BedOptions } from '../../lab/bed/bed';
import type { BridgeOptions, LanProps, SshOptions } from '../../lib';
import { ETH0, synthTree, testApp, testHost } from './estate';

const SCRIPTS = '/etc/sysconfig/network-scripts';

/** A plain CentOS 6 dom0 in a bed: one address on eth0, reached by ssh over that very interface. */
export interface BedHost {
  readonly bed: Bed;
  /** Runs one unit of a tree as Terraform would. */
  carry(tree: string, unit: string, environment?: Record<string, string>): Promise<Carried>;
  /** Shows what that would change. */
  show(tree: string, unit: string): Promise<Carried>;
  /** Synthesizes the host with its bridge, changed as told. */
  tree(change?: TreeChange): string;
  /** Every file below /etc, /var/lib left out, to see that nothing was changed. */
  etc(): Promise<string>;
}

/** What came of a step. */
export interface Carried {
  readonly status: number;
  /** Both streams, as a person sees them. */
  readonly output: string;
}

/** Deviations from the plain host. */
export interface TreeChange {
  readonly ssh?: Partial<SshOptions>;
  readonly lan?: Partial<LanProps>;
  readonly bridge?: Partial<BridgeOptions>;
}

export async function openBedHost(options: BedOptions = {}): Promise<BedHost> {
  const bed = await Bed.open({ sshd: '192.0.2.10', ...options });
  bed.write('/etc/sysconfig/network', 'NETWORKING=yes\nHOSTNAME=xen01.example.org\nGATEWAYDEV=eth0\n');
  bed.write(
    `${SCRIPTS}/ifcfg-eth0`,
    `DEVICE=eth0\nHWADDR=${ETH0.toUpperCase()}\nONBOOT=yes\nBOOTPROTO=none\nIPADDR=192.0.2.10\nNETMASK=255.255.255.0\nGATEWAY=192.0.2.1\nARPCHECK=no\n`,
  );
  await bed.dom0(['service', 'network', 'start']);
  const { address, port, hostKeys, identityFile } = bed.sshd;
  const ssh: SshOptions = { address, port, hostKeys: [...hostKeys], identityFile };
  const run = async (action: string, tree: string, unit: string, environment: Record<string, string>) => {
    const script = `exec bash "$CDKTF_XEN_TREE/../../../runtime/deployer/carry.sh" ${action} xen01 "${unit}" 2>&1`;
    const { status, stdout } = await bed.lan(['bash', '-c', script], { env: { ...environment, CDKTF_XEN_TREE: tree } });
    return { status, output: stdout };
  };
  return {
    bed,
    carry: (tree, unit, environment = {}) => run('apply', tree, unit, environment),
    show: (tree, unit) => run('show', tree, unit, {}),
    tree(change = {}) {
      const host = { ssh: { ...ssh, ...change.ssh } };
      return synthTree(testHost(testApp(), { host, lan: change.lan, bridge: change.bridge }).app);
    },
    async etc() {
      const command = `find /etc -type f -newer /etc/redhat-release -exec sha256sum {} + | sort -k2; ip -4 -o addr | awk '{ print $2, $4 }'; ip route`;
      const { stdout } = await bed.dom0(['bash', '-c', command]);
      return stdout;
    },
  };
}
