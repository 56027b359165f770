import type { DomUModel } from '../model/domu';
import type { ExtraValue } from '../model/extra-config';
import { exact, lines, text, type Words } from './expectations';
import { guestConfigPath, vifWords, xlGuest, xlSettings } from './xl-config';

/** A value as the collector prints it. */
function valueOfKey(value: ExtraValue): readonly string[] {
  return typeof value === 'object' ? ['[', ...value.map(exact), ']'] : [exact(String(value))];
}

/** What a guest's unit promises, and what no other guest may have. */
export function guestExpectations(guest: DomUModel): string {
  const { name } = guest;
  const file = guestConfigPath(name);
  const xl = xlGuest(guest);
  const settings = xlSettings(xl);
  const vifs = guest.vifs.map(({ bridge, macAddress, address, antiSpoofing, rate }, index) => ({
    ...{ index: String(index), bridge: bridge.name, mac: macAddress, address, antiSpoofing, rate },
  }));
  const written = guest.disks.filter(({ readOnly }) => !readOnly).map(({ path }) => exact(path));
  const running: Words[] = [
    ['domain', name, 'state', 'running'],
    // Of an HVM guest's memory Xen takes some for its screen.
    ...(guest.boot.kind === 'hvm' ? [] : [['domain', name, 'memory', String(guest.memoryMiB)]]),
    ['domain', name, 'vcpus', String(guest.vcpus)],
    ...vifs.flatMap(({ index, bridge, mac, address, antiSpoofing, rate }) => [
      ['vif', name, index, 'mac', mac],
      ...(antiSpoofing && address !== undefined ? [['vif', name, index, 'ip', address]] : []),
      ...(rate === undefined ? [] : [['vif', name, index, 'rate', `${rate.bytes},${rate.microseconds}`]]),
      ['port', bridge, `domU:${name}/${index}`],
    ]),
    ...guest.disks.flatMap(({ device, path, readOnly }) => [
      ...(path === '' ? [] : [['disk', name, device, 'target', exact(path)]]),
      ['disk', name, device, 'mode', readOnly ? 'r' : 'w'],
    ]),
  ];
  const own: Words[] = running.filter(([kind]) => kind === 'vif' || kind === 'disk' || kind === 'port');
  return text([
    ...lines('must', [
      ['file', file, '0600', 'root:root', 'sha256:*'],
      ...settings.map(([key, value]) => ['config', file, key, ...valueOfKey(value)]),
      ...xl.vifs.flatMap((vif, index) =>
        vifWords(vif).map(([word, value]) => ['config-vif', file, String(index), word, exact(value)]),
      ),
      ...guest.disks.flatMap(({ device, path, readOnly, cdrom }) => [
        ...(path === '' ? [] : [['config-disk', file, device, 'target', exact(path)]]),
        ['config-disk', file, device, 'mode', readOnly ? 'r' : 'w'],
        ...(cdrom ? [['config-disk', file, device, 'device-type', 'cdrom']] : []),
      ]),
      ...(guest.autostart ? [['autostart', name, file]] : []),
      ...(guest.running ? running : []),
    ]),
    ...lines('allow', [
      // A guest that need not run may run; then it has what is its own.
      ...(guest.running ? [] : own),
      // What an HVM guest sends until it has drivers for Xen comes from its emulated card.
      ...(guest.boot.kind === 'hvm'
        ? vifs.map(({ index, bridge }) => ['port', bridge, `domU:${name}/${index}-emu`])
        : []),
      ...vifs.flatMap(({ index, address }) => (address === undefined ? [] : [['vif', name, index, 'ip', address]])),
    ]),
    ...lines('only', [
      ['config', file, '*'],
      ['config-odd', file, '*'],
      ['config-vif', file, '*'],
      ['config-disk', file, '*', 'target', '*'],
      ['autostart', name, '*'],
      ['saved', `*/${name}`],
      ['port', '*', `domU:${name}/*`],
      ['vif', name, '*', 'mac', '*'],
      ['disk', name, '*', 'target', '*'],
      ...vifs.flatMap(({ mac, address }) => [
        ['vif', '*', '*', 'mac', mac],
        ...(address === undefined ? [] : [['vif', '*', '*', 'ip', address]]),
        ['config-vif', '*', '*', 'mac', mac],
        ...(address === undefined ? [] : [['config-vif', '*', '*', 'ip', address]]),
      ]),
      ...written.flatMap((path) => [
        ['disk', '*', '*', 'target', path],
        ['config-disk', '*', '*', 'target', path],
      ]),
    ]),
  ]);
}
