import type { DiskModel } from '../model/disk';
import type { BootModel } from '../model/boot';
import type { DomUModel, LifecycleAction } from '../model/domu';
import { HEADER, type RemoteFile, rootFile } from './remote-file';

/** What an xl configuration says about a guest: the model, without what only this project knows. */
export interface XlGuest {
  readonly name: string;
  readonly memoryMiB: number;
  readonly maxmemMiB: number;
  readonly vcpus: number;
  readonly boot: BootModel;
  readonly disks: readonly DiskModel[];
  readonly vifs: readonly { readonly macAddress: string; readonly bridge: string }[];
  readonly onPoweroff: LifecycleAction;
  readonly onReboot: LifecycleAction;
  readonly onCrash: LifecycleAction;
}

/** The part of the model that the configuration carries. */
export function xlGuest(guest: DomUModel): XlGuest {
  return {
    name: guest.name,
    memoryMiB: guest.memoryMiB,
    maxmemMiB: guest.maxmemMiB,
    vcpus: guest.vcpus,
    boot: guest.boot,
    disks: guest.disks,
    vifs: guest.vifs.map((vif) => ({ macAddress: vif.macAddress, bridge: vif.bridge.name })),
    onPoweroff: guest.onPoweroff,
    onReboot: guest.onReboot,
    onCrash: guest.onCrash,
  };
}

/**
 * A string in xl's grammar. Escapes differ between releases. The model allows no text that needs one, so such a text is
 * a fault of ours.
 */
function quoted(value: string): string {
  if (!/^[ !#-&(-[\]-~]*$/.test(value)) throw new Error(`not plain text for xl: ${JSON.stringify(value)}`);
  return `"${value}"`;
}

/** `file:` and `phy:` are understood by every release of xl and by xm; other formats need the newer form. */
function diskString(disk: DiskModel): string {
  const access = disk.readOnly ? 'r' : 'w';
  return disk.kind === 'phy' || disk.kind === 'file'
    ? `${disk.kind}:${disk.path},${disk.device},${access}`
    : `${disk.path},${disk.kind},${disk.device},${access}`;
}

function listOf(items: readonly string[]): string {
  return items.length < 2
    ? `[ ${items.map(quoted).join('')} ]`
    : `[\n${items.map((item) => `  ${quoted(item)},\n`).join('')}]`.replace(/,\n\]$/, '\n]');
}

function bootLines(boot: BootModel): string[] {
  if (boot.kind === 'pygrub') return ['bootloader = "pygrub"'];
  const lines = [`kernel = ${quoted(boot.kernel)}`];
  if (boot.ramdisk !== undefined) lines.push(`ramdisk = ${quoted(boot.ramdisk)}`);
  if (boot.root !== undefined) lines.push(`root = ${quoted(boot.root)}`);
  if (boot.extra !== undefined) lines.push(`extra = ${quoted(boot.extra)}`);
  return lines;
}

/**
 * The text of a guest's configuration, with keys that 4.2 to 4.17 all know. Without a builder xl builds a PV guest. A
 * vif always names its MAC and bridge, without blanks: xl silently ignores ` mac = ...` and chooses a random address.
 */
export function renderXlConfig(guest: XlGuest): string {
  const lines = [
    HEADER,
    `name = ${quoted(guest.name)}`,
    `memory = ${guest.memoryMiB}`,
    `maxmem = ${guest.maxmemMiB}`,
    `vcpus = ${guest.vcpus}`,
    ...bootLines(guest.boot),
  ];
  if (guest.disks.length > 0) lines.push(`disk = ${listOf(guest.disks.map(diskString))}`);
  if (guest.vifs.length > 0) {
    lines.push(`vif = ${listOf(guest.vifs.map((vif) => `mac=${vif.macAddress},bridge=${vif.bridge}`))}`);
  }
  lines.push(
    `on_poweroff = ${quoted(guest.onPoweroff)}`,
    `on_reboot = ${quoted(guest.onReboot)}`,
    `on_crash = ${quoted(guest.onCrash)}`,
  );
  return `${lines.join('\n')}\n`;
}

/** The path where xl and people look for a guest's configuration. */
export function guestConfigPath(name: string): string {
  return `/etc/xen/${name}`;
}

/** The file of a guest on its host. Readable by root alone: a kernel command line may say more than others need. */
export function guestFiles(guest: DomUModel): readonly RemoteFile[] {
  return [rootFile(guestConfigPath(guest.name), renderXlConfig(xlGuest(guest)), '0600')];
}
