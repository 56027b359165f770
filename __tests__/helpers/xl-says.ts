import type { XlDomain } from '../../lab/xl/xl';
import type { GuestConfig, XlDisk, XlVif } from '../../lib/adopt/guest-config';

/* The same questions answered by the real xl and by a description of ours, in xl's own words. */

type Answers = Readonly<Record<string, unknown>>;

/** Keys without a value are left out, as xl leaves them out. */
function said(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined));
}

const byVdev = (one: { vdev?: unknown }, other: { vdev?: unknown }): number =>
  String(one.vdev) < String(other.vdev) ? -1 : 1;

/** What the real xl says. The order of disks is no fact; a MAC that is none is garbage to xl. */
export function saysXl(domain: XlDomain, guest: GuestConfig): Answers {
  const { c_info: c, b_info: b } = domain;
  return said({
    ...{ type: c.type, name: c.name },
    ...{ target_memkb: b.target_memkb, max_memkb: b.max_memkb, max_vcpus: b.max_vcpus },
    ...{ bootloader: b.bootloader, bootloader_args: b.bootloader_args },
    ...{ kernel: b.kernel, ramdisk: b.ramdisk, cmdline: b.cmdline },
    ...{ on_poweroff: domain.on_poweroff, on_reboot: domain.on_reboot, on_crash: domain.on_crash },
    disks: (domain.disks ?? [])
      .map((disk) =>
        said({
          ...{ pdev_path: disk.pdev_path, vdev: disk.vdev, format: disk.format },
          ...{ readwrite: disk.readwrite, is_cdrom: disk.is_cdrom, script: disk.script },
          ...{ backend: disk.backend, backend_domname: disk.backend_domname, discard_enable: disk.discard_enable },
        }),
      )
      .sort(byVdev),
    nics: (domain.nics ?? []).map((nic, index) =>
      said({
        ...{ devid: nic.devid, bridge: nic.bridge, ip: nic.ip, script: nic.script, model: nic.model },
        ...{ nictype: nic.nictype, ifname: nic.ifname, backend_domname: nic.backend_domname },
        ...{ gatewaydev: nic.gatewaydev, rated: nic.rate_bytes_per_interval !== undefined },
        mac: guest.vifs[index]?.noMac === undefined ? nic.mac : undefined,
      }),
    ),
  });
}

const NIC_TYPES: Readonly<Record<string, string>> = { ioemu: 'vif_ioemu', vif: 'vif' };

function nicOf(vif: XlVif): Answers {
  return said({
    ...{ devid: vif.index, mac: vif.mac, bridge: vif.bridge, ip: vif.ip, script: vif.script, model: vif.model },
    ...{ nictype: NIC_TYPES[vif.type ?? ''], ifname: vif.vifname, backend_domname: vif.backend },
    gatewaydev: vif.other.find(({ name }) => name === 'gatewaydev')?.value,
    rated: vif.rate !== undefined,
  });
}

function diskOf({ vdev, target, format, mode, cdrom, other }: XlDisk): Answers {
  const word = (name: string): string | undefined => other.find((one) => one.name === name)?.value;
  const discard: Readonly<Record<string, string>> = { on: 'True', off: 'False' };
  return said({
    ...{ pdev_path: target, vdev, format },
    ...{ readwrite: mode === 'r' ? undefined : 1, is_cdrom: cdrom ? 1 : undefined, script: word('script') },
    ...{ backend: word('backendtype'), backend_domname: word('backend') },
    discard_enable: discard[word('discard') ?? ''],
  });
}

/** xl prints libxl's words, and leaves out destroy. */
function actionOf(word: string | undefined): string | undefined {
  if (word === undefined || word === 'destroy') return undefined;
  return word === 'rename-restart' ? 'restart_rename' : word.replaceAll('-', '_');
}

/** What xl should say about a guest that is described so. */
export function saysGuest(guest: GuestConfig): Answers {
  const { memory, maxmem, vcpus, maxvcpus, boot, on } = guest;
  const kilobytes = (mebibytes: number | undefined): number | undefined =>
    mebibytes === undefined ? undefined : mebibytes * 1024;
  const { bootloaderArgs = [] } = boot;
  const args = typeof bootloaderArgs === 'string' ? bootloaderArgs.split(' ').filter(Boolean) : bootloaderArgs;
  return said({
    ...{ type: guest.type, name: guest.name },
    target_memkb: kilobytes(memory?.value),
    max_memkb: kilobytes(maxmem?.value ?? memory?.value),
    max_vcpus: maxvcpus?.value ?? vcpus?.value,
    bootloader: boot.bootloader,
    // xl prints no empty list.
    bootloader_args: args.length === 0 ? undefined : args,
    kernel: boot.source === 'firmware' ? undefined : boot.kernel,
    ramdisk: boot.ramdisk,
    cmdline: boot.commandLine,
    on_poweroff: actionOf(on.poweroff),
    on_reboot: actionOf(on.reboot ?? 'restart'),
    on_crash: actionOf(on.crash),
    disks: guest.disks.map(diskOf).sort(byVdev),
    nics: guest.vifs.map(nicOf),
  });
}
