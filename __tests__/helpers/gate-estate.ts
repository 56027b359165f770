import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { Address, Boot, Lan, type SshOptions, Uplink, XenHost } from '../../lib';
import type { BedHost } from './bed-host';
import { ETH0, HOST, LAN, hostKey, testApp } from './estate';
import { leadTo } from './lead-to';
import { installXen } from './xen-stand-in';

/** What xl says where the gate has let a guest pass. */
export const PASSED = 'xl stand-in: asked to start a guest';

/**
 * Two hosts on one Lan, each in a stack of its own, web1 on xen01. xen02 is the same bed under another name.
 *
 * @returns xen01's tree
 */
export function twoStacks({ bed }: BedHost): string {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const { address, port, hostKeys, identityFile } = bed.sshd;
  const ssh: SshOptions = { address, port, hostKeys: [...hostKeys], identityFile };
  const [xen01, xen02] = ['one', 'two'].map((stack, index) => {
    const there = index === 0 ? ssh : { ...ssh, address: 'xen02.example.org', hostKeys: [hostKey(2)] };
    return new XenHost(new TerraformStack(app, stack), `xen0${index + 1}`, { ...HOST, ssh: there });
  });
  if (xen01 === undefined || xen02 === undefined) throw new Error('two hosts were made');
  const bridge = xen01.addBridge('xenbr0', {
    lan,
    uplink: Uplink.nic('eth0', ETH0),
    address: Address.ipv4('192.0.2.10'),
  });
  xen02.addBridge('xenbr9', { lan, uplink: Uplink.none(), address: Address.none() });
  xen01.addDomU('web1', {
    memoryMiB: 64,
    boot: Boot.kernel('/etc/redhat-release'),
    autostart: false,
    vifs: [{ bridge, address: '192.0.2.21' }],
  });
  app.synth();
  // To synth two machines, which two names of one are refused to be.
  leadTo(join(app.outdir, 'stacks/two/assets/xen02/tree'), 'xen02', bed.sshd);
  return join(app.outdir, 'stacks/one/assets/xen01/tree');
}

/** Makes a bed one with xl as the stand-in, and with the bridge that web1 is on. */
export async function prepareGate(host: BedHost): Promise<void> {
  installXen(host.bed);
  host.bed.write('/root/domains', '');
  const { output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('done: xenbr0 is up on eth0');
}

/**
 * Has every command that comes by ssh pass a script of bash, by sshd's own means; `$SSH_ORIGINAL_COMMAND` is what was to
 * be run.
 */
export function force({ bed }: BedHost, script: string): void {
  bed.write('/root/forced.sh', `#!/bin/bash\n${script}\n`, 0o755);
  const key = bed.read('/root/.ssh/authorized_keys').replace(/^.*(?=ssh-ed25519 )/m, '');
  bed.write('/root/.ssh/authorized_keys', `command="/root/forced.sh" ${key}`, 0o600);
}

/** For `force`: only what is asked of other hosts is answered otherwise, once the question is heard. */
export const asPeer = (answer: string): string =>
  `case $SSH_ORIGINAL_COMMAND in *host/who-runs.sh*) cat >/dev/null; ${answer} ;; *) eval "$SSH_ORIGINAL_COMMAND" ;; esac`;

/** Takes `force` back, also from connections that are still open. */
export function unforce({ bed }: BedHost): void {
  bed.write('/root/forced.sh', '#!/bin/bash\neval "$SSH_ORIGINAL_COMMAND"\n', 0o755);
}
