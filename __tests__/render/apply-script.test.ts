import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { bridgeScript, guestScript, hostScript } from '../../lib/render/apply-script';
import { bridge, domU, xenHost } from '../model/inputs';
import { anyBridge, anyGuest } from './arbitraries';
import { outputOf, piecesOf } from './shell';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** In place of the runtime's functions: each prints its own name and its arguments. */
const RUNTIME = ['apply-host', 'apply-bridge', 'apply-domu']
  .map((name) => `${name}() { printf '%s\\0' ${name} "$@"; }`)
  .join('\n');

/** The call that a script makes, the function's name first. */
function commandOf(script: string): readonly string[] {
  writeFileSync(join(root, 'unit.sh'), script);
  const driver = join(root, 'driver.sh');
  writeFileSync(driver, `set -euo pipefail\n${RUNTIME}\n. "\${0%/*}/unit.sh"\n`);
  return piecesOf(outputOf('bash', [driver]));
}

test('a host says what it is, and no hostname where none is wanted', () => {
  expect(commandOf(hostScript(xenHost()))).toEqual([
    'apply-host',
    '--host',
    'xen01',
    '--xen',
    '4.6',
    '--memory-mib',
    '8192',
    '--dom0-memory-mib',
    '1024',
  ]);
  expect(commandOf(hostScript(xenHost({ hostname: 'xen01.example.org' }))).slice(1, 5)).toEqual([
    '--host',
    'xen01',
    '--hostname',
    'xen01.example.org',
  ]);
});

test('a host-only bridge has no uplink, no address and no gateway', () => {
  const script = bridgeScript(bridge({ uplink: undefined, address: undefined }));
  expect(commandOf(script)).toEqual(
    [
      ['apply-bridge', '--bridge', 'xenbr0', '--stp', 'off', '--delay', '0'],
      ['--verify-seconds', '40', '--confirm-seconds', '90', '--rollback-seconds', '120'],
    ].flat(),
  );
});

test('every value of any bridge reaches the runtime byte for byte', () => {
  const optional = (name: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : [name, String(value)];
  fc.assert(
    fc.property(anyBridge, (model) => {
      const prefix = model.lan.network.prefix;
      expect(commandOf(bridgeScript(model))).toEqual([
        'apply-bridge',
        '--bridge',
        model.name,
        ...optional('--renamed-from', model.renamedFrom),
        ...optional('--absent', model.dissolve ? 'yes' : undefined),
        ...optional('--uplink', model.uplink?.device),
        ...optional('--uplink-mac', model.uplink?.macAddress),
        ...optional('--address', model.address === undefined ? undefined : `${model.address}/${prefix}`),
        ...optional('--gateway', model.gateway),
        '--stp',
        model.stp ? 'on' : 'off',
        '--delay',
        String(model.delaySeconds),
        ...optional('--mtu', model.mtu),
        '--verify-seconds',
        String(model.timeouts.verifySeconds),
        '--confirm-seconds',
        String(model.timeouts.confirmSeconds),
        '--rollback-seconds',
        String(model.timeouts.rollbackSeconds),
        ...optional('--acknowledge-rollback', model.acknowledgeRollback),
      ]);
    }),
    { numRuns: 25 },
  );
});

test('every value of any guest reaches the runtime byte for byte', () => {
  fc.assert(
    fc.property(anyGuest, (guest) => {
      expect(commandOf(guestScript(guest))).toEqual([
        'apply-domu',
        '--domu',
        guest.name,
        '--config',
        `/etc/xen/${guest.name}`,
        '--autostart',
        guest.autostart ? 'yes' : 'no',
        '--running',
        guest.running ? 'yes' : 'no',
        '--on-change',
        guest.onChange,
        '--on-removal',
        guest.onRemoval,
        '--boot-timeout',
        String(guest.bootTimeoutSeconds),
        ...guest.vifs.flatMap((vif) => ['--vif', `${vif.bridge.name},${vif.macAddress},${vif.address}`]),
        ...guest.disks.flatMap((disk) => ['--disk', `${disk.kind},${disk.path}`]),
      ]);
    }),
    { numRuns: 25 },
  );
});

test('a script is a call and nothing else, and a failing runtime is its failure', () => {
  const script = guestScript(domU());
  expect(script.split('\n').filter((line) => /\b(if|for|while|case|eval)\b/.test(line))).toEqual([]);
  expect(() => commandOf(script.replace('apply-domu', 'apply-nothing'))).toThrow('apply-nothing');
});
