import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { App, TerraformProvider, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { Address, Boot, Disk, DomU, type DomUOptions, Handover, Lan, Uplink, XenHost } from '../../lib';
import { ValidationError } from '../../lib/model/errors';
import { HOST, LAN, hostKey, rackHost, testApp, testHost, warningsAt } from '../helpers/estate';

function written(app: App): string[] {
  const stacks = join(app.outdir, 'stacks');
  return existsSync(stacks) ? readdirSync(stacks, { recursive: true, encoding: 'utf8' }) : [];
}

function synthError(app: App): string {
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

const guest = { memoryMiB: 512, boot: Boot.kernel('/boot/vmlinuz') };

test('all problems of one object are reported together', () => {
  const { xen01, xenbr0 } = testHost();
  expect(() =>
    xen01.addDomU('web1', {
      memoryMiB: 1.5,
      vcpus: 0,
      boot: Boot.kernel('/boot/vmlinuz'),
      autoStart: false,
      disks: [Disk.lvm('vg0/web1', { device: 'xvdb' }), Disk.lvm('vg0/data')],
      vifs: [{ bridge: xenbr0, address: '198.51.100.7' }],
    } as DomUOptions),
  ).toThrow(
    new ValidationError('[office/xen01/web1] domU "web1"', [
      "autoStart is no option; did you mean 'autostart'?",
      'memoryMiB must be a whole number from 16 to 16777216, got 1.5',
      'vcpus must be a whole number from 1 to 128, got 0',
      "vifs[0].address 198.51.100.7 is not inside lan 'lan0', 192.0.2.0/24 (192.0.2.1 to 192.0.2.254)",
    ]),
  );
});

test('a host without host keys is refused with the line that gets them and what to compare', () => {
  const stack = new TerraformStack(testApp(), 'office');
  expect(
    () => new XenHost(stack, 'xen01', { ...HOST, ssh: { address: '192.0.2.10', port: 2222, hostKeys: [] } }),
  ).toThrow(/ssh-keyscan -p 2222 192\.0\.2\.10\n.*compare each with what the host itself shows/);
});

test('a token is refused wherever its value is written into a file', () => {
  const { stack, xen01, xenbr0 } = testHost();
  const variable = new TerraformVariable(stack, 'address', { type: 'string' });
  expect(() => xen01.addDomU('web1', { ...guest, vifs: [{ bridge: xenbr0, address: variable.stringValue }] })).toThrow(
    /vifs\[0\]\.address is a Terraform token, known only when Terraform runs/,
  );
  expect(() => xen01.addDomU('web2', { ...guest, memoryMiB: variable.numberValue })).toThrow(
    /memoryMiB is a Terraform token/,
  );
});

test('two guests with one address fail synth, told once, at the first of them and with both paths', () => {
  const { app, xen01, xenbr0 } = testHost();
  for (const name of ['web1', 'web2'])
    xen01.addDomU(name, { ...guest, vifs: [{ bridge: xenbr0, address: '192.0.2.21' }] });
  expect(synthError(app)).toContain(
    "\n  [office/xen01/web1] address 192.0.2.21 is used more than once on lan 'lan0': domU 'web1' vif 0 " +
      "(office/xen01/web1) and domU 'web2' vif 0 (office/xen01/web2); give each machine its own",
  );
  expect(synthError(app).split('is used more than once')).toHaveLength(2);
});

test('what is wrong between constructs of two stacks is told once too', () => {
  const app = testApp();
  twins(app);
  expect(synthError(app).split('MAC 00:16:3e:a6:05:8f is used more than once')).toHaveLength(2);
});

test('what is wrong between many, whose rule names no paths, is told at the first with the paths of the others', () => {
  const { app, xen01 } = testHost();
  for (const name of ['c', 'a', 'b']) xen01.addDomU(name, { ...guest, disks: [Disk.phy('/dev/sdb1')] });
  const message = synthError(app);
  expect(message.split('two kernels on one filesystem')).toHaveLength(2);
  expect(message).toMatch(/\[office\/xen01\/a\] disk .* \(also at office\/xen01\/b and office\/xen01\/c\)/);
});

test('an error while a construct is made names its path, whatever is wrong with it', () => {
  const { app, lan, stack, xen01 } = testHost();
  const web1 = xen01.addDomU('web1', guest);
  const none = {} as never;
  const inStack = new TerraformStack(app, 'rack+1');
  for (const [path, build] of [
    ['office/lan1', () => new Lan(stack, 'lan1', none)],
    ['office/xen02', () => new XenHost(stack, 'xen02', none)],
    ['office/xen01/xenbr1', () => xen01.addBridge('xenbr1', { lan } as never)],
    ['office/xen01/web2', () => xen01.addDomU('web2', none)],
    ['office/moves', () => new Handover(stack, 'moves', none)],
    ['office/xen01/web1', () => DomU.copyOf(web1, none)],
    ['office/xen01', () => xen01.addDomU('web3', null as never)],
    ['office/xen01', () => xen01.addDomU('', guest)],
    ['rack+1/xen03', () => new XenHost(inStack, 'xen03', HOST)],
  ] as const) {
    let message = '';
    try {
      build();
    } catch (error) {
      expect(error).toBeInstanceOf(ValidationError);
      ({ message } = error as Error);
    }
    expect(message.slice(0, path.length + 3)).toBe(`[${path}] `);
  }
});

test('a copy with a pinned MAC that its original has is refused, over stacks, before anything is written', () => {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const hosts = [1, 2, 3].map((number) => {
    const address = `192.0.2.${9 + number}`;
    const host = new XenHost(new TerraformStack(app, `rack${number}`), `xen0${number}`, {
      ...HOST,
      ssh: { address, hostKeys: [hostKey(number)] },
    });
    const uplink = Uplink.nic('eth0', `52:54:00:aa:00:0${number}`);
    return { host, bridge: host.addBridge('xenbr0', { lan, uplink, address: Address.ipv4(address) }) };
  });
  hosts.slice(1).forEach(({ host, bridge }, index) => {
    host.addDomU(`web${index}`, {
      ...guest,
      vifs: [{ bridge, address: `192.0.2.${50 + index}`, macAddress: '00:16:3e:80:00:01' }],
    });
  });
  const message = synthError(app);
  expect(message.split('elsewhere in the app')).toHaveLength(2);
  expect(message).toContain(
    'elsewhere in the app, at rack2/xen02/web0 and rack3/xen03/web1: MAC 00:16:3e:80:00:01 is used more than once',
  );
  expect(message).toContain("domU 'web0' vif 0 (rack2/xen02/web0) and domU 'web1' vif 0 (rack3/xen03/web1)");
  expect(written(app).filter((name) => name.includes('cdk.tf.json') || name.includes('tree'))).toEqual([]);
});

/** A stack on its own host each, and one guest in both of them. */
function twins(app: App): readonly TerraformStack[] {
  const lan = new Lan(app, 'lan0', LAN);
  return [1, 2].map((number) => {
    const stack = new TerraformStack(app, `rack${number}`);
    const { host, bridge } = rackHost(stack, lan, number);
    host.addDomU('web1', { ...guest, vifs: [{ bridge, address: '192.0.2.21' }] });
    return stack;
  });
}

const TWINS =
  /^the app has 2 problems:\n {2}- \[rack1\/xen01\/web1 and rack2\/xen02\/web1\] MAC 00:16:3e:a6:05:8f is used more than once .*\n {2}- \[.*\] address 192\.0\.2\.21 is used more than once/;

test('what is wrong between stacks is refused with validations skipped too, before anything is written', () => {
  const app = testApp({ skipValidation: true });
  twins(app);
  expect(synthError(app)).toMatch(TWINS);
  expect(written(app).filter((name) => name.includes('cdk.tf.json') || name.includes('tree'))).toEqual([]);
});

test('a tree that was right stays as it is when validations are skipped and something is wrong', () => {
  const { app } = testHost();
  app.synth();
  const before = written(app);
  const again = new App({ outdir: app.outdir, skipValidation: true });
  const { xen01, xenbr0 } = testHost(again);
  for (const name of ['a', 'b']) xen01.addDomU(name, { ...guest, vifs: [{ bridge: xenbr0, address: '192.0.2.21' }] });
  expect(synthError(again)).toContain('address 192.0.2.21 is used more than once');
  expect(written(again)).toEqual(before);
});

test('a stack that is synthesized for a test of its own, which validates nothing, is refused too', () => {
  const [, second] = twins(testApp());
  expect(() => Testing.synth(second as TerraformStack)).toThrow(/MAC 00:16:3e:a6:05:8f is used more than once/);
  expect(() => {
    Testing.synthHcl(second as TerraformStack);
  }).toThrow(/MAC 00:16:3e:a6:05:8f is used more than once/);
  expect(() => Testing.fullSynth(second as TerraformStack)).toThrow(/MAC 00:16:3e:a6:05:8f is used more than once/);
});

test('guests that need more memory than the host has are refused with the sum', () => {
  const { app, xen01 } = testHost();
  for (const name of ['a', 'b']) xen01.addDomU(name, { ...guest, memoryMiB: 4096 });
  expect(synthError(app)).toContain(
    "[office/xen01] guests need 8192 MiB and dom0 1024 MiB, host 'xen01' has memoryMiB 8192: 1024 MiB too much",
  );
});

test('one disk that two guests use is refused, also under its device-mapper name', () => {
  const { app, xen01 } = testHost();
  xen01.addDomU('a', { ...guest, disks: [Disk.lvm('vg0/data-1')] });
  xen01.addDomU('b', { ...guest, disks: [Disk.phy('/dev/mapper/vg0-data--1', { readOnly: true })] });
  expect(synthError(app)).toContain("disk /dev/vg0/data-1 is written by one guest and used by another on host 'xen01'");
});

test("a guest on another host's bridge is refused, naming the bridges that its host has", () => {
  const { app, lan, stack, xen01 } = testHost();
  const xen02 = new XenHost(stack, 'xen02', { ...HOST, ssh: { address: '192.0.2.11', hostKeys: [hostKey(2)] } });
  const far = xen02.addBridge('xenbr9', { lan, uplink: Uplink.none(), address: Address.none() });
  xen01.addDomU('web1', { ...guest, vifs: [{ bridge: far, address: '192.0.2.21' }] });
  expect(synthError(app)).toContain(
    "[office/xen01/web1] vif 0 of domU 'web1' refers to bridge 'xenbr9' of another host; host 'xen01' has: xenbr0",
  );
});

test('a stack that brings its own providers keeps just those', () => {
  const app = testApp();
  const stack = new TerraformStack(app, 'office');
  new NullProvider(stack, 'null');
  const external = {
    terraformResourceType: 'external',
    terraformProviderSource: 'external',
    terraformGeneratorMetadata: { providerName: 'external' },
  };
  new (class extends TerraformProvider {})(stack, 'external', external).addOverride('alias', 'theirs');
  new XenHost(stack, 'xen01', HOST);
  app.synth();
  const { provider } = JSON.parse(readFileSync(join(app.outdir, 'stacks/office/cdk.tf.json'), 'utf8')) as {
    provider: unknown;
  };
  expect(provider).toEqual({ external: [{ alias: 'theirs' }], null: [{}] });
});

test('a pinned MAC that Xen could draw for another guest is warned about', () => {
  const { app, xen01, xenbr0 } = testHost();
  const vifs = [{ bridge: xenbr0, address: '192.0.2.21', macAddress: '00:16:3e:11:22:33' }];
  const web1 = xen01.addDomU('web1', { ...guest, vifs });
  app.synth();
  expect(web1.node.metadata.map(({ data }) => String(data))).toEqual([
    expect.stringContaining(
      "vif 0 of domU 'web1' has the pinned MAC 00:16:3e:11:22:33, in the range that xend and libxl draw",
    ),
  ]);
});

test('an object that a plain JavaScript caller forgot is named', () => {
  const { xen01 } = testHost();
  expect(() => xen01.addDomU('web1', { memoryMiB: 64 } as unknown as DomUOptions)).toThrow(
    'domU "web1": boot is missing; give Boot.pygrub(), Boot.kernel("/boot/vmlinuz") or Boot.hvm()',
  );
});

test('two lans with one network are refused wherever they were made, inside of a stack too', () => {
  for (const inStack of [false, true]) {
    const { app, stack } = testHost();
    new Lan(inStack ? stack : app, 'lan1', LAN);
    expect(synthError(app)).toMatch(
      /lans 'lan0' \(192\.0\.2\.0\/24, at lan0\) and 'lan1' \(192\.0\.2\.0\/24, at .*lan1\) have/,
    );
  }
  const { app } = testHost();
  new Lan(app, 'lan1', { ...LAN, isolated: true });
  expect(synthError(app)).toBe('');
});

test('guests of two hosts whose names differ only by case are warned of, each under its own path, once', () => {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const guests = ['web1', 'Web1'].map((name, index) => {
    const { host, bridge } = rackHost(new TerraformStack(app, `rack${index + 1}`), lan, index + 1);
    return host.addDomU(name, { ...guest, vifs: [{ bridge, address: `192.0.2.${21 + index}` }] });
  });
  app.synth();
  app.synth();
  for (const one of guests) {
    expect(warningsAt(one)).toEqual([expect.stringContaining('differ only by upper and lower case')]);
  }
});
