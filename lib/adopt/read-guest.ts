import { type Fact, formatFact } from '../facts/fact';
import type { GuestConfig, OddDisk, Unread, XlDisk, XlNumber, XlValue, XlVif, XlWord } from './guest-config';
import { isUsual, textOf, wordOf } from './words';
import { bootSource, commandLine, guestType, numberOf } from './xl-rules';

const KINDS = ['config', 'config-vif', 'config-disk', 'config-odd'];

/** Facts about a file; a kind that could not be read at all is about every file. */
function isAbout(file: string, { kind, subject, value }: Fact): boolean {
  if (kind !== 'unknown') return KINDS.includes(kind) && subject[0] === file;
  return KINDS.includes(subject[0] ?? '') && (value.length === 1 || value[1] === file);
}

/** The value of a setting: one word, or words between brackets. Undefined if it is neither. */
function valueOf(words: readonly string[]): XlValue | undefined {
  const [first = ''] = words;
  if (words.length === 1) return textOf(first);
  return first === '[' && words.at(-1) === ']' ? words.slice(1, -1).map(textOf) : undefined;
}

/** Words about one thing, grouped by its name. */
type Groups = Map<string, XlWord[]>;

function addTo(groups: Groups, name: string, word: XlWord): void {
  const words = groups.get(name);
  if (words === undefined) groups.set(name, [word]);
  else words.push(word);
}

/** Takes a word out of a list, unless it is there twice: then it says nothing for sure, and both stay. */
function take(words: XlWord[], name: string): string | undefined {
  const found = words.filter((word) => word.name === name);
  if (found.length !== 1) return undefined;
  words.splice(
    words.findIndex((word) => word.name === name),
    1,
  );
  return found[0]?.value;
}

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

function vifOf(index: number, said: readonly XlWord[]): XlVif {
  const words = [...said];
  // The one empty word of a vif without words.
  if (words.length === 1 && words[0]?.name === '' && words[0].value === '') words.pop();
  const mac = take(words, 'mac');
  const isMac = mac !== undefined && MAC.test(mac);
  return {
    index,
    mac: isMac ? mac : undefined,
    noMac: isMac ? undefined : mac,
    bridge: take(words, 'bridge'),
    ip: take(words, 'ip'),
    script: take(words, 'script'),
    model: take(words, 'model'),
    type: take(words, 'type'),
    vifname: take(words, 'vifname'),
    rate: take(words, 'rate'),
    backend: take(words, 'backend'),
    other: words,
  };
}

function diskOf(name: string, said: readonly XlWord[]): XlDisk | OddDisk {
  const odd = { name, words: said };
  const words = [...said];
  const target = take(words, 'target');
  const format = take(words, 'format');
  const mode = take(words, 'mode');
  const device = take(words, 'device-type');
  if (/^\?[0-9]+$/.test(name) || target === undefined || format === undefined) return odd;
  if (mode !== 'r' && mode !== 'w' && mode !== 'w!') return odd;
  if (device !== 'disk' && device !== 'cdrom') return odd;
  if (new Set(words.map((word) => word.name)).size < words.length) return odd;
  return { vdev: name, target, format, mode, cdrom: device === 'cdrom', other: words };
}

/** All facts about a file, told apart. */
class Sorted {
  public readonly settings = new Map<string, XlValue>();
  public readonly vifs: Groups = new Map();
  public readonly disks: Groups = new Map();
  public readonly odd: string[] = [];
  public readonly unread: Unread[] = [];
  public readonly strange: Fact[] = [];

  public add(fact: Fact): void {
    const written = [...fact.subject, ...fact.value].every(isUsual);
    if (!written || !this.place(fact, fact.subject.map(textOf))) this.strange.push(fact);
  }

  /** False if the fact has no place. */
  private place({ kind, value }: Fact, [first = '', second = '', name = '']: readonly string[]): boolean {
    const setting = valueOf(value);
    if (kind === 'config') {
      if (setting === undefined || this.settings.has(second)) return false;
      this.settings.set(second, setting);
      return true;
    }
    if (kind === 'unknown') {
      if (value.length > 2) return false;
      this.unread.push({ kind: first, why: textOf(value[0] ?? ''), wholeKind: value.length === 1 });
      return true;
    }
    if (kind === 'config-odd') {
      this.odd.push(second);
      return true;
    }
    if (typeof setting !== 'string') return false;
    if (kind === 'config-vif' && !/^(0|[1-9][0-9]{0,8})$/.test(second)) return false;
    addTo(kind === 'config-vif' ? this.vifs : this.disks, second, { name, value: setting });
    return true;
  }

  /** Takes a key that is a text out of the settings. */
  public text(key: string): string | undefined {
    const value = this.settings.get(key);
    if (typeof value !== 'string') return undefined;
    this.settings.delete(key);
    return value;
  }

  public number(key: string): XlNumber | undefined {
    const text = this.text(key);
    return text === undefined ? undefined : numberOf(text);
  }

  public value(key: string): XlValue | undefined {
    const value = this.settings.get(key);
    this.settings.delete(key);
    return value;
  }
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Describes one guest's configuration from the facts of its host; of these only those about its file count. */
export function readGuest(file: string, facts: readonly Fact[]): GuestConfig {
  const word = wordOf(file);
  const about = facts.filter((fact) => isAbout(word, fact));
  const sorted = new Sorted();
  for (const fact of new Map(about.map((one) => [formatFact(one), one])).values()) sorted.add(fact);

  const typeWords = { builder: sorted.text('builder'), type: sorted.text('type') };
  const type = guestType(typeWords.builder, typeWords.type);
  const boot = {
    bootloader: sorted.text('bootloader'),
    bootloaderArgs: sorted.value('bootloader_args'),
    kernel: sorted.text('kernel'),
    ramdisk: sorted.text('ramdisk'),
    root: sorted.text('root'),
    extra: sorted.text('extra'),
    cmdline: sorted.text('cmdline'),
  };
  const disks = [...sorted.disks]
    .sort(([one], [other]) => byText(one, other))
    .map(([name, said]) => diskOf(name, said));
  return {
    file,
    type,
    typeWords,
    name: sorted.text('name'),
    uuid: sorted.text('uuid'),
    memory: sorted.number('memory'),
    maxmem: sorted.number('maxmem'),
    vcpus: sorted.number('vcpus'),
    maxvcpus: sorted.number('maxvcpus'),
    boot: { ...boot, source: bootSource(type, boot), commandLine: commandLine(boot) },
    on: {
      poweroff: sorted.text('on_poweroff'),
      reboot: sorted.text('on_reboot'),
      crash: sorted.text('on_crash'),
    },
    vifs: [...sorted.vifs]
      .map(([index, said]) => vifOf(Number(index), said))
      .sort((one, other) => one.index - other.index),
    disks: disks.filter((disk) => 'vdev' in disk),
    oddDisks: disks.filter((disk) => 'words' in disk),
    rest: sorted.settings,
    odd: sorted.odd,
    unread: sorted.unread,
    strange: sorted.strange,
  };
}
