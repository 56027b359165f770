import { TerraformStack } from 'cdktf';
import { Address, Boot, Bridge, Disk, DomU, GuestRoot, GuestSystem, Handover, Lan, Uplink, XenHost } from '../../lib';
import { ValidationError } from '../../lib/model/errors';
import { ETH0, HOST, HOST_KEY, LAN, filesBelow, rackHost, testApp, testHost } from '../helpers/estate';
import { readPublicTypes } from '../helpers/public-types';

/*
 * Whatever a program without types may give, for every option and every argument that the API has: it is taken for what
 * it is declared to be, or refused in words that help. What there is, the compiler says.
 */

const TYPES = readPublicTypes();

/** What may stand where it does not belong. */
const SINGLE: readonly unknown[] = [undefined, null, '', {}, [], 'x', 0, NaN, true, () => 0, -1, 1.5];
/** Alone, in a list, and a list with a hole, which loops pass over. */
const VALUES: readonly unknown[] = [...SINGLE, ...SINGLE.map((value) => [value]), Array(1)];

/** What Terraform and every host would get. */
type Written = ReadonlyMap<string, string>;

type Options = Readonly<Record<string, unknown>>;

/** An object of options that is complete, and how it is given. */
interface Use {
  readonly base: Options;
  readonly give: (options: never) => Written;
}

/** For good measure a guest stands on each of these. */
const GUEST = { memoryMiB: 64, boot: Boot.kernel('/boot/vmlinuz') };

function synth(build: (site: ReturnType<typeof testHost>) => void): Written {
  const site = testHost();
  build(site);
  site.app.synth();
  return filesBelow(site.app.outdir);
}

const onDisk = { disks: [Disk.lvm('vg0/web1')] };
const identity = { system: GuestSystem.CENTOS_6, root: GuestRoot.partition(1) };
const bridge = { uplink: Uplink.none(), address: Address.none() };

const USES: Readonly<Record<string, Use>> = {
  LanProps: {
    base: { cidr: '198.51.100.0/24' },
    give: (props) => synth(({ app }) => new Lan(app, 'lan1', props)),
  },
  XenHostProps: {
    base: { ssh: { address: '192.0.2.11', hostKeys: [HOST_KEY] }, memoryMiB: 1024 },
    give: (props) => {
      const app = testApp();
      new XenHost(new TerraformStack(app, 'office'), 'xen02', props);
      app.synth();
      return filesBelow(app.outdir);
    },
  },
  SshOptions: {
    base: { address: '192.0.2.10', hostKeys: [HOST_KEY] },
    give: (ssh) => {
      const { app } = testHost(testApp(), { host: { ssh } });
      app.synth();
      return filesBelow(app.outdir);
    },
  },
  BridgeOptions: {
    base: bridge,
    give: (options: object) =>
      synth(({ xen01, lan }) => xen01.addBridge('xenbr1', { ...withLan(lan, options) } as never)),
  },
  BridgeProps: {
    base: bridge,
    give: (options: object) =>
      synth(({ xen01, lan }) => new Bridge(xen01, 'xenbr1', { host: xen01, ...withLan(lan, options) } as never)),
  },
  SwitchTimeouts: {
    base: {},
    give: (timeouts) => synth(({ xen01, lan }) => xen01.addBridge('xenbr1', { ...bridge, lan, timeouts })),
  },
  DomUOptions: { base: GUEST, give: (options) => synth(({ xen01 }) => xen01.addDomU('web1', options)) },
  DomUProps: {
    base: GUEST,
    give: (options: object) => synth(({ xen01 }) => new DomU(xen01, 'web1', { host: xen01, ...options } as never)),
  },
  VifOptions: {
    base: { address: '192.0.2.21' },
    give: (vif: object) =>
      synth(({ xen01, xenbr0 }) => xen01.addDomU('web1', { ...GUEST, vifs: [{ bridge: xenbr0, ...vif } as never] })),
  },
  GuestIdentity: {
    base: { ...identity },
    give: (own) =>
      synth(({ xen01, xenbr0 }) => {
        const vifs = [{ bridge: xenbr0, address: '192.0.2.21' }];
        xen01.addDomU('web1', { ...GUEST, ...onDisk, vifs, identity: own });
      }),
  },
  DomUCopyOptions: {
    base: { name: 'web1-test' },
    give: (options) => synth(({ xen01 }) => DomU.copyOf(xen01.addDomU('web1', GUEST), options)),
  },
  HandoverProps: {
    base: {},
    give: (options: object) =>
      handOver((source, target) => new Handover(source, 'moves', { source, target, ...options })),
  },
  HvmBootOptions: {
    base: {},
    give: (options) => synth(({ xen01 }) => xen01.addDomU('web1', { ...GUEST, boot: Boot.hvm(options) })),
  },
  CdromOptions: {
    base: {},
    give: (options) =>
      synth(({ xen01 }) =>
        xen01.addDomU('web1', { ...GUEST, disks: [Disk.cdrom('/a.iso', options), Disk.emptyCdrom({ device: 'hdd' })] }),
      ),
  },
  PygrubBootOptions: {
    base: {},
    give: (options) =>
      synth(({ xen01 }) =>
        xen01.addDomU('web1', { ...GUEST, disks: [Disk.lvm('vg0/web1')], boot: Boot.pygrub(options) }),
      ),
  },
  KernelBootOptions: {
    base: {},
    give: (options) =>
      synth(({ xen01 }) => xen01.addDomU('web1', { ...GUEST, boot: Boot.kernel('/boot/vmlinuz', options) })),
  },
  DiskOptions: {
    base: {},
    give: (options) =>
      synth(({ xen01 }) => xen01.addDomU('web1', { ...GUEST, disks: [Disk.lvm('vg0/web1', options)] })),
  },
};

/** The Lan is given where the options don't say another. */
function withLan(lan: Lan, options: object): object {
  return { lan, ...options };
}

function handOver(build: (source: DomU, target: DomU) => unknown): Written {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const stack = new TerraformStack(app, 'office');
  const [source, target] = [1, 2].map((number) => {
    const { host, bridge: on } = rackHost(stack, lan, number);
    const still = number === 1 ? { running: false, autostart: false } : {};
    return host.addDomU('web1', { ...GUEST, ...still, vifs: [{ bridge: on, address: '192.0.2.21' }] });
  });
  if (source === undefined || target === undefined) throw new Error('two guests were made');
  build(source, target);
  app.synth();
  return filesBelow(app.outdir);
}

/** A call that is complete; its arguments are then changed one by one. */
const CALLS: Readonly<Record<string, (call: (...args: readonly unknown[]) => readonly unknown[]) => void>> = {
  'Address.ipv4': (change) => Address.ipv4(...(change('192.0.2.10') as [string])),
  'Uplink.nicByName': (change) => Uplink.nicByName(...(change('eth0') as [string])),
  'Uplink.nic': (change) => Uplink.nic(...(change('eth0', ETH0) as [string, string])),
  'Boot.hvm': (change) => Boot.hvm(...(change({}) as [object])),
  'Disk.cdrom': (change) => Disk.cdrom(...(change('/a.iso', {}) as [string])),
  'Disk.emptyCdrom': (change) => Disk.emptyCdrom(...(change({}) as [object])),
  'Boot.pygrub': (change) => Boot.pygrub(...(change({}) as [object])),
  'Boot.kernel': (change) => Boot.kernel(...(change('/boot/vmlinuz', {}) as [string])),
  'Disk.lvm': (change) => Disk.lvm(...(change('vg0/web1', {}) as [string])),
  'Disk.phy': (change) => Disk.phy(...(change('/dev/sdb1', {}) as [string])),
  'Disk.file': (change) => Disk.file(...(change('/srv/web1.img', {}) as [string])),
  'Disk.raw': (change) => Disk.raw(...(change('/srv/web1.img', {}) as [string])),
  'Disk.qcow2': (change) => Disk.qcow2(...(change('/srv/web1.img', {}) as [string])),
  'GuestRoot.partition': (change) => GuestRoot.partition(...(change(1) as [number])),
  'GuestRoot.logicalVolume': (change) =>
    GuestRoot.logicalVolume(...(change('VolGroup00', 'LogVol00') as [string, string])),
  'DomU.copyOf': (change) => {
    const web1 = testHost().xen01.addDomU('web1', GUEST);
    DomU.copyOf(...(change(web1, { name: 'web1-test' }) as Parameters<typeof DomU.copyOf>));
  },
  'XenHost.addBridge': (change) => {
    const { xen01, lan } = testHost();
    xen01.addBridge(...(change('xenbr1', { ...bridge, lan }) as Parameters<typeof xen01.addBridge>));
  },
  'XenHost.addDomU': (change) => {
    const { xen01 } = testHost();
    xen01.addDomU(...(change('web1', GUEST) as Parameters<typeof xen01.addDomU>));
  },
  'XenHost.addGuest': (change) => {
    const { xen01 } = testHost();
    xen01.addGuest(...(change('web1', GUEST) as Parameters<typeof xen01.addGuest>));
  },
  'new Lan': (change) => new Lan(...(change(testApp(), 'lan1', LAN) as ConstructorParameters<typeof Lan>)),
  'new XenHost': (change) => {
    const stack = new TerraformStack(testApp(), 'office');
    new XenHost(...(change(stack, 'xen01', HOST) as ConstructorParameters<typeof XenHost>));
  },
  'new Bridge': (change) => {
    const { xen01, lan } = testHost();
    new Bridge(...(change(xen01, 'xenbr1', { ...bridge, lan, host: xen01 }) as ConstructorParameters<typeof Bridge>));
  },
  'new DomU': (change) => {
    const { xen01 } = testHost();
    new DomU(...(change(xen01, 'web1', { ...GUEST, host: xen01 }) as ConstructorParameters<typeof DomU>));
  },
  'new Handover': (change) => {
    handOver(
      (source, target) =>
        new Handover(...(change(source, 'moves', { source, target }) as ConstructorParameters<typeof Handover>)),
    );
  },
};

/** What only comes out of the API. */
const NOT_GIVEN = ['Vif'];

/** The refusal, or nothing where the value was taken. Whatever else is thrown fails the test as it is. */
function refusal(give: () => unknown): string | undefined {
  try {
    give();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.message;
  }
  return undefined;
}

const fieldsOf = (name: string) => TYPES.interfaces.get(name) ?? [];
const EVERY_FIELD = Object.keys(USES).flatMap((name) => fieldsOf(name).map((field) => [name, field.name] as const));
const EVERY_ARGUMENT = Object.keys(CALLS).flatMap((name) =>
  (TYPES.calls.get(name) ?? []).map((argument) => [name, argument.name] as const),
);

test('every interface and every call of the public API is tried here', () => {
  const names = [...TYPES.interfaces.keys(), ...TYPES.calls.keys()].filter((name) => !NOT_GIVEN.includes(name));
  expect(names.sort()).toEqual([...Object.keys(USES), ...Object.keys(CALLS)].sort());
  expect(EVERY_FIELD.length).toBeGreaterThan(80);
});

test.each(Object.keys(USES))('%s: what the tests begin with is taken', (name) => {
  const { base, give } = USES[name] as Use;
  expect(refusal(() => give(base as never))).toBeUndefined();
});

test.each(EVERY_FIELD)(
  '%s.%s: a value of any type is taken for what is declared, or refused in words',
  (name, field) => {
    const { base, give } = USES[name] as Use;
    const declared = fieldsOf(name).find((one) => one.name === field);
    for (const value of VALUES) {
      const message = refusal(() => give({ ...base, [field]: value } as never));
      if (message === undefined) {
        expect([field, value, declared?.fits(value)]).toEqual([field, value, true]);
        continue;
      }
      expect([value, message]).toEqual([value, expect.stringContaining(field)]);
      expect(message).toMatch(/^[\x20-\x7e\n]{1,2000}$/);
      if (value !== undefined) expect(message).not.toMatch(new RegExp(`\\b${field} is missing`));
    }
  },
);

test.each(EVERY_FIELD.filter(([name, field]) => fieldsOf(name).find((one) => one.name === field)?.optional))(
  '%s.%s: undefined is as if it were left out',
  (name, field) => {
    const { base, give } = USES[name] as Use;
    const { [field]: given, ...without } = base;
    expect(given).toBeUndefined();
    expect(give({ ...base, [field]: undefined } as never)).toEqual(give(without as never));
  },
);

test.each(EVERY_FIELD)('%s.%s: a slip in its name is refused, and the right one is named', (name, field) => {
  const { base, give } = USES[name] as Use;
  for (const slip of [
    field.toUpperCase(),
    `${field.slice(0, -2)}${field.slice(-1)}${field.slice(-2, -1)}`,
    `${field}s`,
  ]) {
    if (fieldsOf(name).some((one) => one.name === slip)) continue;
    const message = refusal(() => give({ ...base, [slip]: undefined } as never));
    expect(message).toContain(`${slip} is no option; did you mean '`);
    expect(message?.toLowerCase()).toContain(`did you mean '${field.toLowerCase()}'`);
  }
});

test.each(EVERY_ARGUMENT)('%s: %s of any type is taken for what is declared, or refused in words', (name, argument) => {
  const declared = TYPES.calls.get(name) ?? [];
  const position = declared.findIndex((one) => one.name === argument);
  for (const value of VALUES) {
    const message = refusal(() => CALLS[name]?.((...args) => args.map((one, at) => (at === position ? value : one))));
    if (message === undefined)
      expect([argument, value, declared[position]?.fits(value)]).toEqual([argument, value, true]);
    else expect(message).toMatch(/^[\x20-\x7e\n]{1,2000}$/);
  }
});
