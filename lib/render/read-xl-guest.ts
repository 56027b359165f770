import type { BootModel } from '../model/boot';
import type { DiskKind, DiskModel } from '../model/disk';
import { LIFECYCLE_ACTIONS, type LifecycleAction } from '../model/domu';
import type { XlGuest } from './xl-config';
import type { XlValue } from './parse-xl-config';

function textOf(values: ReadonlyMap<string, XlValue>, key: string): string | undefined {
  const value = values.get(key);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

function numberOf(values: ReadonlyMap<string, XlValue>, key: string): number | undefined {
  const text = textOf(values, key);
  return text !== undefined && /^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : undefined;
}

function listOf(values: ReadonlyMap<string, XlValue>, key: string): readonly string[] {
  const value = values.get(key);
  return typeof value === 'object' ? value : [];
}

function diskOf(kind: DiskKind, path: string, device: string, access: string): DiskModel {
  // A guest's CD is named `hdc:cdrom` in the older form.
  return { kind, path, device: device.replace(/:.*/, ''), readOnly: access === 'r' || access === 'ro' };
}

/** `phy:/dev/vg0/web1,xvda,w`: the form that xl and xm share. */
function readOlderDisk(prefix: string, rest: string): DiskModel {
  const [path = '', device = '', access = ''] = rest.split(',').map((part) => part.trim());
  const kind = prefix.endsWith('qcow2') ? 'qcow2' : prefix === 'phy' || prefix === 'file' ? prefix : 'raw';
  return diskOf(kind, path, device, access);
}

const POSITIONS = ['target', 'format', 'vdev', 'access'] as const;

/** xl's own form: positions, names, or both; `target=` comes last and takes the rest, commas and all. */
function readNewerDisk(text: string): DiskModel {
  const [, settings = '', target] = /^(.*?)(?:(?<=^|,) *target=(.*))?$/.exec(text) ?? [];
  const named = new Map<string, string>(target === undefined ? [] : [['target', target]]);
  const positions = [...POSITIONS];
  for (const part of settings.split(',').map((piece) => piece.trim())) {
    const [, key, value] = /^([a-z-]+)=(.*)$/.exec(part) ?? [];
    const position = key ?? positions.find((name) => !named.has(name));
    if (position !== undefined) named.set(position, value ?? part);
  }
  const path = named.get('target') ?? '';
  const kind = named.get('format') === 'qcow2' ? 'qcow2' : path.startsWith('/dev/') ? 'phy' : 'raw';
  return diskOf(kind, path, named.get('vdev') ?? '', named.get('access') ?? 'w');
}

function readDisk(text: string): DiskModel {
  const [, prefix, rest] = /^(phy|file|tap2?:aio|tap2?:qcow2|aio|raw|qcow2):(.*)$/.exec(text) ?? [];
  return prefix === undefined || rest === undefined ? readNewerDisk(text) : readOlderDisk(prefix, rest);
}

function readVif(text: string): { macAddress: string; bridge: string } {
  const keys = new Map(
    text.split(',').map((part) => {
      const [key = '', value = ''] = part.trim().split('=');
      return [key, value] as const;
    }),
  );
  return { macAddress: (keys.get('mac') ?? '').toLowerCase(), bridge: keys.get('bridge') ?? '' };
}

function readBoot(values: ReadonlyMap<string, XlValue>): BootModel {
  const kernel = textOf(values, 'kernel');
  if (kernel === undefined) return { kind: 'pygrub' };
  return {
    kind: 'kernel',
    kernel,
    ramdisk: textOf(values, 'ramdisk'),
    root: textOf(values, 'root'),
    extra: textOf(values, 'extra'),
  };
}

/** The inverse of `renderXlConfig`, also for files that others wrote; xl's defaults stand in for missing keys. */
export function readXlGuest(values: ReadonlyMap<string, XlValue>): XlGuest {
  const action = (key: string, otherwise: LifecycleAction): LifecycleAction =>
    LIFECYCLE_ACTIONS.find((word) => word === textOf(values, key)) ?? otherwise;
  const memoryMiB = numberOf(values, 'memory') ?? 0;
  return {
    name: textOf(values, 'name') ?? '',
    memoryMiB,
    maxmemMiB: numberOf(values, 'maxmem') ?? memoryMiB,
    vcpus: numberOf(values, 'vcpus') ?? 1,
    boot: readBoot(values),
    disks: listOf(values, 'disk').map(readDisk),
    vifs: listOf(values, 'vif').map(readVif),
    onPoweroff: action('on_poweroff', 'destroy'),
    onReboot: action('on_reboot', 'restart'),
    onCrash: action('on_crash', 'destroy'),
  };
}
