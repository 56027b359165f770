import { type Fact, formatFact } from '../facts/fact';
import type { GuestConfig, XlDisk, XlValue, XlVif, XlWord } from './guest-config';
import { wordOf } from './words';

/** Words that have a value, by their names. */
function wordsOf(said: Readonly<Record<string, string | undefined>>): XlWord[] {
  return Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function vifWords(vif: XlVif): readonly XlWord[] {
  const { bridge, ip, script, model, type, vifname, rate, backend } = vif;
  const named = { mac: vif.mac ?? vif.noMac, bridge, ip, script, model, type, vifname, rate, backend };
  const words = [...wordsOf(named), ...vif.other];
  return words.length === 0 ? [{ name: '', value: '' }] : words;
}

function diskWords({ target, format, mode, cdrom, other }: XlDisk): readonly XlWord[] {
  return [...wordsOf({ target, format, mode, 'device-type': cdrom ? 'cdrom' : 'disk' }), ...other];
}

/** Every key of a configuration, lists of vifs and disks left out. */
function settingsOf({ boot, on, ...guest }: GuestConfig): ReadonlyMap<string, XlValue> {
  const named: Readonly<Record<string, XlValue | undefined>> = {
    ...guest.typeWords,
    name: guest.name,
    uuid: guest.uuid,
    memory: guest.memory?.text,
    maxmem: guest.maxmem?.text,
    vcpus: guest.vcpus?.text,
    maxvcpus: guest.maxvcpus?.text,
    bootloader: boot.bootloader,
    bootloader_args: boot.bootloaderArgs,
    kernel: boot.kernel,
    ramdisk: boot.ramdisk,
    root: boot.root,
    extra: boot.extra,
    cmdline: boot.cmdline,
    on_poweroff: on.poweroff,
    on_reboot: on.reboot,
    on_crash: on.crash,
  };
  return new Map(
    [...guest.rest, ...Object.entries(named)].filter((entry): entry is [string, XlValue] => entry[1] !== undefined),
  );
}

/** The facts about a configuration, sorted: the inverse of `readGuest`. */
export function guestFacts(guest: GuestConfig): readonly Fact[] {
  const file = wordOf(guest.file);
  const devices = (kind: string, subject: string, words: readonly XlWord[]): Fact[] =>
    words.map(({ name, value }) => ({
      kind,
      subject: [file, wordOf(subject), wordOf(name)],
      value: [wordOf(value)],
    }));
  const facts: Fact[] = [
    ...[...settingsOf(guest)].map(([key, value]) => ({
      kind: 'config',
      subject: [file, wordOf(key)],
      value: typeof value === 'string' ? [wordOf(value)] : ['[', ...value.map(wordOf), ']'],
    })),
    ...guest.vifs.flatMap((vif) => devices('config-vif', String(vif.index), vifWords(vif))),
    ...guest.disks.flatMap((disk) => devices('config-disk', disk.vdev, diskWords(disk))),
    ...guest.oddDisks.flatMap(({ name, words }) => devices('config-disk', name, words)),
    ...guest.odd.map((text) => ({ kind: 'config-odd', subject: [file, wordOf(text)], value: [] })),
    ...guest.unread.map(({ kind, why, wholeKind }) => ({
      kind: 'unknown',
      subject: [wordOf(kind)],
      value: [wordOf(why), ...(wholeKind ? [] : [file])],
    })),
    ...guest.strange,
  ];
  const sorted = new Map(facts.map((fact) => [formatFact(fact), fact]));
  return [...sorted.keys()].sort().flatMap((line) => sorted.get(line) ?? []);
}
