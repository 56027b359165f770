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
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

function listOf(values: ReadonlyMap<string, XlValue>, key: string): readonly string[] {
  const value = values.get(key);
  return typeof value === 'object' ? value : [];
}

/** The forms that xl and xm share, and xl's newer positional and key=value ones. */
function readDisk(text: string): DiskModel {
  const parts = text.split(',').map((part) => part.trim());
  const [first = '', second = '', third = '', fourth] = parts;
  const classic = /^(?:(phy|file|tap2?:aio|tap2?:qcow2|aio|raw|qcow2):)(.*)$/.exec(first);
  if (classic !== null || (fourth === undefined && parts.length === 3)) {
    const prefix = classic?.[1] ?? (first.startsWith('/dev/') ? 'phy' : 'raw');
    const kind: DiskKind = prefix.endsWith('qcow2') ? 'qcow2' : prefix === 'phy' || prefix === 'file' ? prefix : 'raw';
    return { kind, path: classic?.[2] ?? first, device: second, readOnly: third === 'r' || third === 'ro' };
  }
  const named = new Map(
    parts
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const path = named.get('target') ?? first;
  const format = named.get('format') ?? second;
  const access = named.get('access') ?? fourth ?? 'w';
  return {
    kind: format === 'qcow2' ? 'qcow2' : path.startsWith('/dev/') ? 'phy' : 'raw',
    path,
    device: named.get('vdev') ?? third,
    readOnly: access === 'r' || access === 'ro',
  };
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

/** The inverse of `renderXlConfig`, also for files of other hands; xl's defaults stand in for what is not said. */
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
