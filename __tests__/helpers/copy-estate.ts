import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { Bed } from '../../lab/bed/bed';
import { XenHost } from '../../lib';
import type { Carried } from './bed-host';
import { HOST, synthTree, testApp, testHost } from './estate';

const STAND_IN = readFileSync(join(__dirname, '../../lab/guest-images/xen-stand-in.sh'), 'utf8');
const LVM_STAND_IN = readFileSync(join(__dirname, '../../lab/guest-images/lvm-stand-in.sh'), 'utf8');

/** The unit that has disks to be copied; what else is done for it is one line. */
export const UNIT = 'domU-web1-test';

/** Small, so that a disk of some hundred KiB has several. */
export const CHUNK = 65536;

/** Where the copies' records lie on the target's host. */
export const RECORDS = '/var/lib/cdktf-xen/copies';

/** Two hosts with keys of their own, xen01 with the original and xen02, and where Terraform runs, all on one LAN. */
export class CopyEstate {
  private constructor(
    readonly xen01: Bed,
    readonly xen02: Bed,
    /** xen02's tree; xen01's lies in another stack. */
    readonly tree: string,
  ) {}

  static async open(): Promise<CopyEstate> {
    const opening = [
      Bed.open({ sshd: '192.0.2.10', lan: ['192.0.2.2/24'] }),
      Bed.open({ sshd: '192.0.2.11', lan: ['192.0.2.1/24'], nics: [{ name: 'eth0', mac: '52:54:00:aa:00:02' }] }),
    ] as const;
    const [xen01, xen02] = await Promise.all(opening);
    await xen01.dom0(['bash', '-c', 'ip link set lo up; ip address add 192.0.2.10/24 dev eth0; ip link set eth0 up']);
    await xen02.dom0(['bash', '-c', 'ip link set lo up; ip address add 192.0.2.11/24 dev eth0; ip link set eth0 up']);
    const wire = `link add lan-x type veth peer name lan-y netns ${xen01.lanPid}\nlink set lan-x master lan0 up\n`;
    execFileSync('nsenter', ['-t', `${xen02.lanPid}`, '-n', 'ip', '-batch', '-'], { input: wire });
    // Every bed's LAN has the same MAC.
    const joined = 'link set lan0 address 02:00:00:00:fe:02\nlink set lan-y master lan0 up\n';
    execFileSync('nsenter', ['-t', `${xen01.lanPid}`, '-n', 'ip', '-batch', '-'], { input: joined });
    for (const bed of [xen01, xen02]) {
      replaceXen(bed);
    }
    return new CopyEstate(xen01, xen02, synthTrees(xen01, xen02));
  }

  async close(): Promise<void> {
    await Promise.all([this.xen01.close(), this.xen02.close()]);
  }

  /** The copies that are wanted, in the lines of copies/UNIT. */
  want(...lines: string[]): void {
    mkdirSync(join(this.tree, 'copies'), { recursive: true });
    writeFileSync(join(this.tree, 'copies', UNIT), lines.map((line) => `${line}\n`).join(''));
  }

  /** Deploys the unit with the disks that were said last. */
  async deploy(environment: Record<string, string> = {}): Promise<Carried> {
    const { status, stdout } = await this.xen02.lan(this.command, { env: this.environment(environment) });
    return { status, output: stdout };
  }

  /** Deploys what must succeed. */
  async copy(...lines: string[]): Promise<string> {
    this.want(...lines);
    const { status, output } = await this.deploy();
    expect(status === 0 ? '' : output).toBe('');
    expect(output).toContain(`xen02 ${UNIT}: nothing to change`);
    return output;
  }

  /** Deploys what must be refused before the unit is applied. */
  async refusal(line: string, environment: Record<string, string> = {}): Promise<string> {
    this.want(line);
    const { status, output } = await this.deploy(environment);
    expect(output).toContain('error: ');
    expect(output).not.toContain('unexpected failure');
    expect(output).not.toContain('nothing to change');
    expect(status).toBe(1);
    return output;
  }

  /** Begins a deploy and does not wait for it; it is ended by xen02.end(). */
  start(environment: Record<string, string> = {}) {
    return this.xen02.spawnLan([...this.command], this.environment(environment));
  }

  private readonly command = [
    'bash',
    '-c',
    'exec bash "$CDKTF_XEN_TREE/../../../runtime/deployer/carry.sh" apply xen02 "$UNIT" 2>&1',
  ];

  private environment(more: Record<string, string>): Record<string, string> {
    return { UNIT, CDKTF_XEN_TREE: this.tree, CDKTF_XEN_COPY_CHUNK: `${CHUNK}`, ...more };
  }
}

/** Gives a host Xen as the stand-in has it: no guest runs. */
export function replaceXen(bed: Bed): void {
  for (const name of ['xl', 'xenstore-ls', 'xenstore-list']) bed.programs.replace(name, STAND_IN);
  for (const name of ['domains', 'xenstore']) bed.write(`/usr/sbin/${name}`, '');
}

/**
 * Has something happen just before a program's n-th call (from 1), once; `$skip` is what dd is told to skip. What is
 * not given as the call's own number can be any condition of a shell.
 */
export function atCall(bed: Bed, program: string, when: number | string, action: string): void {
  const condition = typeof when === 'number' ? `[ "$calls" = ${when} ]` : when;
  bed.programs.replace(
    program,
    `#!/bin/bash
echo x >>/run/calls-${program}
calls=$(wc -l </run/calls-${program})
skip=none
for word in "$@"; do case $word in skip=*) skip=\${word#skip=} ;; esac; done
if ${condition} && mkdir /run/done-${program} 2>/dev/null; then
  ${action}
fi
exec /.host/usr/bin/${program} "$@"
`,
  );
}

/** Gives a host its own program again. */
export async function restore(bed: Bed, program: string): Promise<void> {
  bed.programs.restore(program);
  await must(bed, `rm -rf /run/calls-${program} /run/done-${program}`);
}

/** For atCall: ends all that this end of a copy is, as a crash would. */
export const KILL_END =
  'kill -KILL -- "-$(ps -o sid= -p $$ | tr -d " ")" $(ps -o pid= -s "$(ps -o sid= -p $$ | tr -d " ")")';

/** Gives a host LVM as the stand-in has it: a volume group vg0 of so many MiB. */
export async function installLvm(bed: Bed, mib: number): Promise<void> {
  for (const name of ['lvs', 'vgs', 'lvcreate', 'lvremove', 'lvrename']) bed.programs.replace(name, LVM_STAND_IN);
  await must(
    bed,
    `mkdir -p /var/lib/lvm-stand-in /dev/vg0; echo ${mib} >/var/lib/lvm-stand-in/size
    mknod /dev/loop-control c 10 237; for n in $(seq 0 63); do mknod /dev/loop$n b 7 $n; done`,
  );
}

/** Loop devices are the machine's and outlive a bed. */
export async function removeVolumes(bed: Bed): Promise<void> {
  await must(bed, 'for volume in /dev/vg0/*; do [ ! -b $volume ] || lvremove -f ${volume#/dev/}; done');
}

/** Runs a command in dom0 that must succeed. */
export async function must(bed: Bed, command: string): Promise<string> {
  const { status, stdout, stderr } = await bed.dom0(['bash', '-euo', 'pipefail', '-c', command]);
  if (status !== 0) throw new Error(`${command}: exit status ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** A disk's content as pieces: noise of a seed, or zeros, so many bytes each. */
export function content(...pieces: (readonly [seed: string, bytes: number])[]): Buffer {
  return Buffer.concat(
    pieces.map(([seed, bytes]) => {
      if (seed === '') return Buffer.alloc(bytes);
      const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, i) =>
        createHash('sha256').update(`${seed} ${i}`).digest(),
      );
      return Buffer.concat(blocks).subarray(0, bytes);
    }),
  );
}

function synthTrees(xen01: Bed, xen02: Bed): string {
  const props = ({ sshd: { address, port, hostKeys, identityFile } }: Bed) => ({
    ssh: { address, port, hostKeys: [...hostKeys], identityFile },
  });
  const { app } = testHost(testApp(), { host: props(xen01) });
  new XenHost(new TerraformStack(app, 'lab'), 'xen02', { ...HOST, ...props(xen02) });
  const tree = synthTree(app, 'lab', 'xen02');
  // One that does not run is all that there is to be applied where there is no Xen.
  const name = UNIT.replace('domU-', '');
  const parts = {
    words: `domu ${name}\nconfig /etc/xen/${name}\nautostart no\nrunning no\n`,
    expect: `only saved */${name}\n`,
  };
  for (const [part, text] of Object.entries(parts)) {
    writeFileSync(join(tree, part, UNIT), text);
    const sum = createHash('sha256').update(text).digest('hex');
    appendFileSync(join(tree, 'manifest'), `${UNIT} ${part}/${UNIT} 0644 root:root ${sum}\n`);
  }
  return tree;
}
