import { XlParser } from '../../lab/xl/xl';
import type { GuestConfig } from '../../lib/adopt/guest-config';
import { readGuest } from '../../lib/adopt/read-guest';
import type { DiskModel } from '../../lib/model/disk';
import type { DomUModel } from '../../lib/model/domu';
import { guestFiles, renderXlConfig, xlGuest } from '../../lib/render/xl-config';
import { CONFIG_FILE, configFacts } from '../helpers/config-facts';
import { domU } from '../model/inputs';
import { anyGuest } from './arbitraries';
import { sampled } from './sampled';

/** Hundreds of processes; a machine may have other things to do. */
jest.setTimeout(60_000);

/** The command line that xl hands to the kernel. */
function cmdline({ boot }: DomUModel): string | undefined {
  const parts = [boot.root === undefined ? undefined : `root=${boot.root}`, boot.extra];
  return parts.filter((part) => part !== undefined).join(' ') || undefined;
}

/** xl prints libxl's words for actions, and leaves out its own default. */
function action(word: string): string | undefined {
  if (word === 'destroy') return undefined;
  return word === 'rename-restart' ? 'restart_rename' : word.replaceAll('-', '_');
}

function formatOf({ kind, path }: DiskModel): string {
  if (path === '') return 'empty';
  return kind === 'qcow2' ? kind : 'raw';
}

/** What xl shall say about a guest, in its own words. */
function expectedAnswer(guest: DomUModel): unknown {
  const { boot } = guest;
  return {
    status: 0,
    complaints: [],
    type: boot.kind === 'hvm' ? 'hvm' : 'pv',
    name: guest.name,
    target_memkb: guest.memoryMiB * 1024,
    max_memkb: guest.maxmemMiB * 1024,
    max_vcpus: guest.vcpus,
    bootloader: boot.kind === 'pygrub' ? 'pygrub' : undefined,
    kernel: boot.kernel,
    ramdisk: boot.ramdisk,
    cmdline: cmdline(guest),
    disks: guest.disks.map((disk) => ({
      pdev_path: disk.path,
      vdev: disk.device,
      format: formatOf(disk),
      ...(disk.cdrom ? { is_cdrom: 1, removable: 1 } : {}),
      ...(disk.readOnly ? {} : { readwrite: 1 }),
    })),
    nics: guest.vifs.map((vif, devid) => ({
      ...{ devid, mac: vif.macAddress, bridge: vif.bridge.name },
      ...(vif.antiSpoofing ? { ip: vif.address } : {}),
      ...(vif.script === undefined ? {} : { script: vif.script }),
      ...(vif.rate === undefined
        ? {}
        : { rate_bytes_per_interval: vif.rate.bytes, rate_interval_usecs: vif.rate.microseconds }),
      ...(vif.model === undefined ? {} : { model: vif.model }),
      ...(vif.emulated === undefined ? {} : { nictype: vif.emulated ? 'vif_ioemu' : 'vif' }),
    })),
    actions: [guest.onPoweroff, guest.onReboot, guest.onCrash].map(action),
  };
}

test('the real xl reads every guest as it was meant, without a word of complaint', async () => {
  const { seed, values: guests } = sampled(anyGuest, 150);
  const answers = await XlParser.open().parseAll(guests.map((guest) => renderXlConfig(xlGuest(guest))));
  const found = answers.map(({ status, complaints, domain }) => {
    const { type, name } = domain?.c_info ?? {};
    const { target_memkb, max_memkb, max_vcpus, bootloader, kernel, ramdisk, cmdline: line } = domain?.b_info ?? {};
    return {
      ...{ status, complaints, type, name, target_memkb, max_memkb, max_vcpus, bootloader, kernel, ramdisk },
      cmdline: line,
      disks: domain?.disks,
      nics: domain?.nics ?? [],
      actions: [domain?.on_poweroff, domain?.on_reboot, domain?.on_crash],
    };
  });
  expect({ seed, found }).toEqual({ seed, found: guests.map(expectedAnswer) });
});

const SOURCES = { pygrub: 'bootloader', kernel: 'kernel', hvm: 'firmware' } as const;

/** The description of a guest's own file: what the model has, and nothing else. */
function expectedDescription(guest: DomUModel): Partial<GuestConfig> {
  const { kind, kernel, ramdisk, root, extra: more } = guest.boot;
  const words = { kernel, ramdisk, root, extra: more };
  const boot = kind === 'pygrub' ? { bootloader: 'pygrub', ...words } : words;
  const hvm = kind === 'hvm';
  const order = guest.boot.kind === 'hvm' ? guest.boot.order : undefined;
  const extra = new Map<string, string | readonly string[]>([
    ...(order === undefined ? [] : [['boot', order] as const]),
    ...guest.extraConfig.map(([key, value]) => [key, typeof value === 'number' ? String(value) : value] as const),
  ]);
  const number = (value: number): { text: string; value: number } => ({ text: String(value), value });
  return {
    ...{ file: CONFIG_FILE, type: hvm ? 'hvm' : 'pv', name: guest.name },
    typeWords: { builder: hvm ? 'hvm' : undefined, type: undefined },
    memory: number(guest.memoryMiB),
    maxmem: number(guest.maxmemMiB),
    vcpus: number(guest.vcpus),
    boot: { ...boot, source: SOURCES[kind], commandLine: cmdline(guest) } as never,
    on: { poweroff: guest.onPoweroff, reboot: guest.onReboot, crash: guest.onCrash },
    vifs: guest.vifs.map(({ macAddress, bridge, antiSpoofing, address, script, rate, model, emulated }, index) => {
      const words = {
        mac: macAddress,
        bridge: bridge.name,
        ip: antiSpoofing ? address : undefined,
        script,
        rate: rate?.text,
        model,
        type: emulated === undefined ? undefined : emulated ? 'ioemu' : 'vif',
      };
      return { index, ...words, other: [] } as never;
    }),
    disks: guest.disks
      .map((disk) => ({
        ...{ vdev: disk.device, target: disk.path, format: formatOf(disk) },
        ...{ mode: disk.readOnly ? ('r' as const) : ('w' as const), cdrom: disk.cdrom, other: [] },
      }))
      .sort((one, other) => (one.vdev < other.vdev ? -1 : 1)),
    uuid: extra.get('uuid') as never,
    rest: new Map([...extra].filter(([key]) => key !== 'uuid')),
    ...{ oddDisks: [], odd: [], unread: [], strange: [] },
  };
}

/** Of a URL facts hide what stands before its `@`: see config-grammar.test.ts. */
const hasUrl = ({ boot }: DomUModel): boolean => [boot.root, boot.extra].some((text) => /\/\/.*@/.test(text ?? ''));

test('a guest is read back from its own file as it was', () => {
  const { seed, values: guests } = sampled(
    anyGuest.filter((guest) => !hasUrl(guest)),
    300,
  );
  const texts = guests.map((guest) => renderXlConfig(xlGuest(guest)));
  const found = configFacts('mawk', texts).map((facts) => readGuest(CONFIG_FILE, facts));
  expect({ seed, found }).toEqual({ seed, found: guests.map(expectedDescription) });
  // The facts do not tell phy: from file:, and xl prints neither.
  for (const [index, { disks }] of guests.entries()) {
    for (const { kind, path } of disks) {
      if (path === '') continue;
      expect(texts[index]).toContain(kind === 'phy' || kind === 'file' ? `"${kind}:${path},` : `"${path},${kind},`);
    }
  }
});

test('the file lies under the name of the guest, for root alone', () => {
  expect(guestFiles(domU())).toEqual([
    {
      kind: 'file',
      path: '/etc/xen/web1',
      mode: '0600',
      owner: 'root:root',
      content: renderXlConfig(xlGuest(domU())),
    },
  ]);
});

test.each(['"', "'", '\\', '\n', '\0', 'é', '\x7f'])(
  'a text with %j, which the model never lets through, is a fault of ours',
  (text) => {
    const guest = xlGuest(domU());
    expect(() => renderXlConfig({ ...guest, name: `web${text}1` })).toThrow('not plain text for xl');
    const boot = { kind: 'kernel', kernel: '/k', ramdisk: undefined, root: undefined, extra: text } as const;
    expect(() => renderXlConfig({ ...guest, boot })).toThrow('not plain text for xl');
  },
);

test('a guest without disks and vifs has no lines for them', () => {
  const boot = { kind: 'kernel', kernel: '/boot/vmlinuz' };
  const text = renderXlConfig(xlGuest(domU({ boot, disks: [], vifs: [] })));
  expect(text).not.toMatch(/disk|vif/);
});
