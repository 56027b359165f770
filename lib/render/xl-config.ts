import type { DiskModel } from '../model/disk';
import type { BootModel } from '../model/boot';
import type { DomUModel, LifecycleAction } from '../model/domu';
import type { ExtraConfig, ExtraValue } from '../model/extra-config';
import { HEADER, type RemoteFile, rootFile } from './remote-file';

/** A vif as the configuration has it. */
interface XlGuestVif {
  readonly macAddress: string;
  readonly bridge: string;
  readonly ip: string | undefined;
  readonly script: string | undefined;
  readonly rate: string | undefined;
  readonly model: string | undefined;
  readonly emulated: boolean | undefined;
}

/** What an xl configuration says about a guest: the model, without what only this project knows. */
export interface XlGuest {
  readonly name: string;
  readonly memoryMiB: number;
  readonly maxmemMiB: number;
  readonly vcpus: number;
  readonly boot: BootModel;
  readonly disks: readonly DiskModel[];
  readonly vifs: readonly XlGuestVif[];
  readonly onPoweroff: LifecycleAction;
  readonly onReboot: LifecycleAction;
  readonly onCrash: LifecycleAction;
  readonly extraConfig: ExtraConfig;
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
    vifs: guest.vifs.map(({ macAddress, bridge, antiSpoofing, address, script, rate, model, emulated }) => ({
      ...{ macAddress, bridge: bridge.name, ip: antiSpoofing ? address : undefined, script },
      ...{ rate: rate?.text, model, emulated },
    })),
    onPoweroff: guest.onPoweroff,
    onReboot: guest.onReboot,
    onCrash: guest.onCrash,
    extraConfig: guest.extraConfig,
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
  // An empty drive has nothing before its comma.
  if (disk.cdrom) return `${disk.path === '' ? '' : `${disk.kind}:${disk.path}`},${disk.device}:cdrom,r`;
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

/** The words of a vif, in the order in which they are written. */
export function vifWords(vif: XlGuestVif): readonly (readonly [word: string, value: string])[] {
  const { macAddress, bridge, ip, script, rate, model, emulated } = vif;
  const type = emulated === undefined ? undefined : emulated ? 'ioemu' : 'vif';
  const words = { mac: macAddress, bridge, ip, script, rate, model, type };
  return Object.entries(words).flatMap(([word, value]) => (value === undefined ? [] : [[word, value] as const]));
}

function bootSettings(boot: BootModel): Setting[] {
  // `builder` is known to every release, `type` only from 4.10 on.
  if (boot.kind === 'hvm') {
    return [['builder', 'hvm'], ...(boot.order === undefined ? [] : [['boot', boot.order] as const])];
  }
  return [
    ...(boot.kind === 'pygrub' ? [['bootloader', 'pygrub'] as const] : []),
    ...(boot.kernel === undefined ? [] : [['kernel', boot.kernel] as const]),
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
export function xlSettings(guest: XlGuest): ExtraConfig {
  return [...identitySettings(guest), ...lifecycleSettings(guest), ...guest.extraConfig];
}

function valueText(value: ExtraValue): string {
  if (typeof value === 'number') return String(value);
  // In one line: what waits for a guest's boot is found line by line.
  return typeof value === 'string' ? quoted(value) : `[ ${value.map(quoted).join(', ')} ]`;
}

const settingLine = ([key, value]: ExtraConfig[number]): string => `${key} = ${valueText(value)}`;

/**
 * The text of a guest's configuration, with keys that 4.2 to 4.17 all know. Without a builder xl builds a PV guest. A
 * vif always names its MAC and bridge, without blanks: xl silently ignores ` mac = ...` and chooses a random address.
 */
export function renderXlConfig(guest: XlGuest): string {
  const lines = [HEADER, ...identitySettings(guest).map(settingLine)];
  if (guest.disks.length > 0) lines.push(`disk = ${listOf(guest.disks.map(diskString))}`);
  if (guest.vifs.length > 0) {
    lines.push(
      `vif = ${listOf(
        guest.vifs.map((vif) =>
          vifWords(vif)
            .map((word) => word.join('='))
            .join(','),
        ),
      )}`,
    );
  }
  lines.push(...lifecycleSettings(guest).map(settingLine), ...guest.extraConfig.map(settingLine));
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
