import fs from 'node:fs';
import { TerraformStack, Testing } from 'cdktf';
import { Boot, Lan } from '../lib';
import { hostFiles } from '../lib/testing';
import { LAN, rackHost, testHost } from './helpers/estate';

const guest = { memoryMiB: 512, boot: Boot.kernel('/boot/vmlinuz') };

function office() {
  const { stack, xen01, xenbr0, lan, app } = testHost(Testing.app());
  const web1 = xen01.addDomU('web1', { ...guest, vifs: [{ bridge: xenbr0, address: '192.0.2.21' }] });
  return { app, lan, stack, web1 };
}

test("a unit test reads a host's files by their paths on the host", () => {
  const files = hostFiles(office().stack, 'xen01');
  expect(Object.keys(files)).toEqual([
    '/etc/sysconfig/network-scripts/ifcfg-eth0',
    '/etc/sysconfig/network-scripts/ifcfg-xenbr0',
    '/etc/xen/web1',
  ]);
  expect(files['/etc/xen/web1']).toContain('mac=00:16:3e:a6:05:8f');
  expect(files['/etc/sysconfig/network-scripts/ifcfg-eth0']).toContain('BRIDGE="xenbr0"');
});

test('any construct of the stack stands for it', () => {
  const { stack, web1 } = office();
  expect(hostFiles(web1, 'xen01')).toEqual(hostFiles(stack, 'xen01'));
});

test('a host of a stack in an app of many is found by its name, and one that is not there is told with those that are', () => {
  const { app, lan } = office();
  const rack2 = new TerraformStack(app, 'rack2');
  rackHost(rack2, lan, 2);
  expect(hostFiles(rack2, 'xen02')['/etc/sysconfig/network-scripts/ifcfg-xenbr0']).toContain('192.0.2.11');
  expect(() => hostFiles(rack2, 'xen01')).toThrow('stack "rack2" has no host "xen01", its hosts are: xen02');
  expect(() => hostFiles(new TerraformStack(app, 'empty'), 'xen01')).toThrow(
    'has no host "xen01", its hosts are: none',
  );
});

test('what synth would refuse is refused, also by Testing.synth of the engine itself', () => {
  const { stack, web1 } = office();
  web1.host.addDomU('web2', {
    ...guest,
    vifs: [{ bridge: web1.host.node.findChild('xenbr0') as never, address: '192.0.2.21' }],
  });
  expect(() => hostFiles(stack, 'xen01')).toThrow(
    /\[office\/xen01\/web1\] address 192\.0\.2\.21 is used more than once/,
  );
  expect(() => Testing.synth(stack)).toThrow(/address 192\.0\.2\.21 is used more than once/);
});

test('what another stack of the app has wrong is refused too', () => {
  const { app, stack } = office();
  new Lan(app, 'lan1', LAN);
  expect(() => hostFiles(stack, 'xen01')).toThrow(/lans 'lan0' .* and 'lan1' .* have addresses in common/);
  expect(() => Testing.synth(stack)).toThrow(/lans 'lan0' .* and 'lan1' .* have addresses in common/);
});

test('nothing is left behind, whether it went well or not', () => {
  const made = jest.spyOn(fs, 'mkdtempSync');
  try {
    const { stack, lan } = office();
    made.mockClear();
    hostFiles(stack, 'xen01');
    expect(() => hostFiles(stack, 'xen02')).toThrow('has no host');
    new Lan(stack, 'lan1', { cidr: lan.cidr });
    expect(() => hostFiles(stack, 'xen01')).toThrow('have addresses in common');
    const folders = made.mock.results.map(({ value }) => String(value));
    expect(folders.map((folder) => fs.existsSync(folder))).toEqual([false, false, false]);
  } finally {
    made.mockRestore();
  }
});
