import type { Fact } from '../facts/fact';

/** What a guest is to xl. */
export type GuestType = 'pv' | 'hvm' | 'pvh';

/** A value of a key: a text, or a list of texts between brackets. A number is its text in decimal digits. */
export type XlValue = string | readonly string[];

/** A number as it stands in the file, and as xl takes it: none if xl takes it for no number, or if it is enormous. */
export interface XlNumber {
  readonly text: string;
  readonly value: number | undefined;
}

/** A word of a vif or a disk. A word without `=` has an empty value, as a word with nothing behind its `=` has. */
export interface XlWord {
  readonly name: string;
  readonly value: string;
}

/** What a guest is started from: `firmware` is that of an HVM guest. */
export type BootSource = 'bootloader' | 'kernel' | 'firmware';

/** All words about the start of a guest, and what xl makes of them. */
export interface BootWords {
  readonly bootloader: string | undefined;
  /** xl splits a text at its blanks. */
  readonly bootloaderArgs: XlValue | undefined;
  readonly kernel: string | undefined;
  readonly ramdisk: string | undefined;
  readonly root: string | undefined;
  readonly extra: string | undefined;
  readonly cmdline: string | undefined;
  /** Which of them xl acts on; undefined where it refuses the guest. */
  readonly source: BootSource | undefined;
  /** What the kernel gets to read, or what pygrub adds to the line that it finds in the guest. */
  readonly commandLine: string | undefined;
}

/** What xl does when a guest ends; undefined means xl's own default, which no other toolstack has to share. */
export interface EndActions {
  readonly poweroff: string | undefined;
  readonly reboot: string | undefined;
  readonly crash: string | undefined;
}

/** What the file decides about one network interface; a word that is not there is undefined. */
export interface XlVif {
  /** Its place in the list, from 0. */
  readonly index: number;
  /** In lower case, with two digits a byte. Without one xl draws another at every start. */
  readonly mac: string | undefined;
  /** What stands in the place of a MAC and is none. */
  readonly noMac: string | undefined;
  /** Without one xl takes the default bridge of the host. */
  readonly bridge: string | undefined;
  /** With a blank behind it, if the file has one: xl keeps it too. */
  readonly ip: string | undefined;
  readonly script: string | undefined;
  readonly model: string | undefined;
  readonly type: string | undefined;
  readonly vifname: string | undefined;
  readonly rate: string | undefined;
  /** The domain that serves it, if it is not dom0. */
  readonly backend: string | undefined;
  /** All other words, known to xl or not. */
  readonly other: readonly XlWord[];
}

/** What the file says about one disk, with what xl takes for granted. */
export interface XlDisk {
  readonly vdev: string;
  /** Empty for a drive without a disc. */
  readonly target: string;
  readonly format: string;
  /** `w!` is a word of xm for a disk that other guests write too; xl refuses it. */
  readonly mode: 'r' | 'w' | 'w!';
  readonly cdrom: boolean;
  /** All other words: script, backend, backendtype, discard, direct-io-safe. */
  readonly other: readonly XlWord[];
}

/**
 * A disk of which the facts do not say one thing: xl refuses its text, it has no name, or another disk has its name.
 * Of two disks with one name the facts do not tell which word belongs to which; libxl starts no such guest.
 */
export interface OddDisk {
  /** As the facts have it: `?POSITION` for a disk without a name. */
  readonly name: string;
  readonly words: readonly XlWord[];
}

/** What could not be read. */
export interface Unread {
  readonly kind: string;
  readonly why: string;
  /** Of this file alone, or of all files of the host. */
  readonly wholeKind: boolean;
}

/** One guest's configuration, as xl has it. `guestFacts` writes the facts that it was read from. */
export interface GuestConfig {
  readonly file: string;
  /** Undefined where xl refuses what the file says about it. */
  readonly type: GuestType | undefined;
  /** The words that decide about the type. */
  readonly typeWords: { readonly builder: string | undefined; readonly type: string | undefined };
  readonly name: string | undefined;
  readonly uuid: string | undefined;
  /** In MiB. */
  readonly memory: XlNumber | undefined;
  /** In MiB; without it xl takes `memory`. */
  readonly maxmem: XlNumber | undefined;
  /** How many it starts with. */
  readonly vcpus: XlNumber | undefined;
  /** How many it may have; without it xl takes `vcpus`. */
  readonly maxvcpus: XlNumber | undefined;
  readonly boot: BootWords;
  readonly on: EndActions;
  readonly vifs: readonly XlVif[];
  /** Sorted by name: the facts do not tell their order in the file. */
  readonly disks: readonly XlDisk[];
  readonly oddDisks: readonly OddDisk[];
  /**
   * Every other key, known to xl or not. A key from above is here if it has a list where xl wants a text, and `vif` or
   * `disk` if it is no list or an empty one: xl passes over these.
   */
  readonly rest: ReadonlyMap<string, XlValue>;
  /** Lines for which xl refuses the whole file. */
  readonly odd: readonly string[];
  readonly unread: readonly Unread[];
  /** Facts about the file that no collector prints. */
  readonly strange: readonly Fact[];
}
