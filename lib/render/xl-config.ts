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

/** A setting of a configuration that is no list. */
type Setting = readonly [key: string, value: string | number];

function bootSettings(boot: BootModel): Setting[] {
  if (boot.kind === 'pygrub') return [['bootloader', 'pygrub']];
  return [
    ['kernel', boot.kernel],
    ...(boot.ramdisk === undefined ? [] : [['ramdisk', boot.ramdisk] as const]),
    ...(boot.root === undefined ? [] : [['root', boot.root] as const]),
    ...(boot.extra === undefined ? [] : [['extra', boot.extra] as const]),
  ];
}

const identitySettings = (guest: XlGuest): Setting[] => [
  ['name', guest.name],
  ['memory', guest.memoryMiB],
  ['maxmem', guest.maxmemMiB],
  ['vcpus', guest.vcpus],
  ...bootSettings(guest.boot),
];

const lifecycleSettings = (guest: XlGuest): Setting[] => [
  ['on_poweroff', guest.onPoweroff],
  ['on_reboot', guest.onReboot],
  ['on_crash', guest.onCrash],
];

/** All settings of a guest's configuration but its disks and vifs. */
export function xlSettings(guest: XlGuest): readonly Setting[] {
  return [...identitySettings(guest), ...lifecycleSettings(guest)];
}

const settingLine = ([key, value]: Setting): string =>
  `${key} = ${typeof value === 'number' ? String(value) : quoted(value)}`;

/**
 * The text of a guest's configuration, with keys that 4.2 to 4.17 all know. Without a builder xl builds a PV guest. A
 * vif always names its MAC and bridge, without blanks: xl silently ignores ` mac = ...` and chooses a random address.
 */
export function renderXlConfig(guest: XlGuest): string {
  const lines = [HEADER, ...identitySettings(guest).map(settingLine)];
  if (guest.disks.length > 0) lines.push(`disk = ${listOf(guest.disks.map(diskString))}`);
  if (guest.vifs.length > 0) {
    lines.push(`vif = ${listOf(guest.vifs.map((vif) => `mac=${vif.macAddress},bridge=${vif.bridge}`))}`);
  }
  lines.push(...lifecycleSettings(guest).map(settingLine));
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
