import { Bed } from '../../lab/bed/bed';
import { type Printed, collectorScript, layRuntime, printed } from './host-facts';

/** The files that a collector of Xen's facts needs. */
export const XEN_FILES = [
  'both/paths.sh',
  'both/numbers.sh',
  ...['words', 'xen', 'xenstore', 'guests'].map((name) => `host/facts/${name}.sh`),
];
export const XEN_KINDS = 'xen domain vif disk';

export const says = (text: string): string => `cat <<'END'\n${text}\nEND`;

/** A dom0 whose Xen is made of stand-ins that print in the real programs' form. */
export class XenHost {
  public static async open(): Promise<XenHost> {
    const bed = await Bed.open();
    layRuntime(bed, XEN_FILES);
    return new XenHost(bed);
  }

  private constructor(public readonly bed: Bed) {}

  /** Takes all programs of Xen away. */
  public clear(): void {
    for (const name of ['xl', 'xm', 'xenstore-ls', 'xenstore-read', 'xenstore-list']) this.bed.hide(name);
    this.bed.write('/calls', '');
  }

  /** Puts a program into dom0 that notes each of its starts. */
  public program(name: string, script: string): void {
    this.bed.hide(name);
    this.bed.write(`/usr/sbin/${name}`, `#!/bin/bash\nprintf '%s\\n' "${name} $*" >>/calls\n${script}\n`, 0o755);
  }

  /** The starts since `clear`. */
  public calls(): string[] {
    return this.bed.read('/calls').split('\n').filter(Boolean);
  }

  public async facts(kinds = XEN_KINDS): Promise<Printed> {
    const script = collectorScript(XEN_FILES, 'XEN_SECONDS=2; print_guest_facts');
    return printed(await this.bed.dom0(['bash', '-c', script, 'facts', kinds]));
  }

  /** Lets Xen say that guests run. */
  public run(guests: readonly Guest[], lines: readonly string[] = guests.flatMap(({ id }) => devices(id))): void {
    this.program('xl', `case $1 in info) ${says(INFO)}\n;; list) ${says(listing(guests))}\n;; esac`);
    this.program('xenstore-ls', says(lines.join('\n')));
    this.program('xenstore-read', READ);
  }
}

export interface Guest {
  readonly name: string;
  readonly id: number;
  readonly state?: string;
}

const HEAD = 'Name                                        ID   Mem VCPUs\tState\tTime(s)';

/** As xl and xm print it. */
export function listing(guests: readonly Guest[], time = '12.5'): string {
  const line = ({ name, id, state = '-b----' }: Guest): string =>
    `${name.padEnd(40)} ${String(id).padStart(5)} ${String(256).padStart(5)} ${String(2).padStart(5)}     ${state}  ${time.padStart(8)}`;
  return [HEAD, line({ name: 'Domain-0', id: 0, state: 'r-----' }), ...guests.map(line)].join('\n');
}

export const INFO =
  'host                   : xen01\nxen_major              : 4\nxen_minor              : 6\nxen_extra              : .6\nfree_memory            : 913\nxen_version            : 4.6.6';

export const B = '/local/domain/0/backend';

/** What `xenstore-ls -f` prints of a vif and a disk of a domain. */
export const devices = (id: number): string[] => [
  `${B}/vif/${id} = ""`,
  `${B}/vif/${id}/0 = ""`,
  `${B}/vif/${id}/0/frontend = "/local/domain/${id}/device/vif/0"`,
  `${B}/vif/${id}/0/script = "/etc/xen/scripts/vif-bridge"`,
  `${B}/vif/${id}/0/mac = "00:16:3E:A6:05:8F"`,
  `${B}/vif/${id}/0/ip = "192.0.2.7"`,
  `${B}/vif/${id}/0/bridge = "xenbr0"`,
  `${B}/vif/${id}/0/type = "vif"`,
  `${B}/vbd/${id}/51712/params = "/dev/vg0/web1"`,
  `${B}/vbd/${id}/51712/physical-device = "fd:7"`,
  `${B}/vbd/${id}/51712/mode = "w"`,
  `${B}/vbd/${id}/51712/type = "phy"`,
  `${B}/vbd/${id}/51712/dev = "xvda"`,
  `${B}/vbd/${id}/51712/device-type = "disk"`,
];

/** xenstore-read of many paths: the memory and the path of the uuid of each domain. */
const READ = `for path; do case $path in */memory/target) echo 131072 ;; */vm) echo /vm/6a1ff1c5-0a3c-4a5d-8f6c-0123456789ab ;; esac; done`;

export const DEVICE_FACTS = [
  'disk web1 xvda device-type disk',
  'disk web1 xvda mode w',
  'disk web1 xvda target /dev/vg0/web1',
  'disk web1 xvda type phy',
];
export const VIF_FACTS = [
  'vif web1 0 bridge xenbr0',
  'vif web1 0 ip 192.0.2.7',
  'vif web1 0 mac 00:16:3e:a6:05:8f',
  'vif web1 0 script /etc/xen/scripts/vif-bridge',
  'vif web1 0 type vif',
];
