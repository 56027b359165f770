import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { Address, Boot, Disk, Lan, Uplink, XenHost } from '../../lib';
import { HOST, HOST_KEY, LAN, filesBelow, hostKey, synthTree, testApp, testHost, warningsAt } from '../helpers/estate';

interface Terraform {
  readonly resource: {
    readonly null_resource: Record<
      string,
      { triggers: Record<string, string>; depends_on?: string[]; provisioner: unknown }
    >;
  };
}

function resources(app: App, stack = 'office'): Terraform['resource']['null_resource'] {
  const text = readFileSync(join(app.outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8');
  return (JSON.parse(text) as Terraform).resource.null_resource;
}

function withGuests(app = testApp(), memoryMiB = 512): App {
  const { xen01, xenbr0 } = testHost(app);
  for (const [name, address] of [
    ['web1', '192.0.2.21'],
    ['db.internal', '192.0.2.22'],
  ] as const) {
    xen01.addDomU(name, {
      memoryMiB: name === 'web1' ? memoryMiB : 512,
      boot: Boot.pygrub(),
      disks: [Disk.lvm(`vg0/${name}`)],
      vifs: [{ bridge: xenbr0, address }],
    });
  }
  return app;
}

test('a pinned MAC that Xen itself may draw for another guest is warned of, any other is not', () => {
  const { xen01, xenbr0 } = testHost();
  const pinned = (name: string, address: string, macAddress?: string) =>
    xen01.addDomU(name, {
      memoryMiB: 64,
      boot: Boot.kernel('/boot/vmlinuz'),
      vifs: [{ bridge: xenbr0, address, macAddress }],
    });
  expect(warningsAt(pinned('old1', '192.0.2.21', '00:16:3e:11:22:33'))).toEqual([
    "vif 0 of domU 'old1' has the pinned MAC 00:16:3e:11:22:33, in the range that xend and libxl draw from: any guest " +
      'started without a mac= may get the same one',
  ]);
  expect(warningsAt(pinned('old2', '192.0.2.22', '52:54:00:11:22:33'))).toEqual([]);
  expect(warningsAt(pinned('new1', '192.0.2.23'))).toEqual([]);
});

test('the promised MAC can be read as a plain string at synth', () => {
  const { xen01, xenbr0 } = testHost();
  const web1 = xen01.addDomU('web1', {
    memoryMiB: 512,
    boot: Boot.pygrub(),
    disks: [Disk.lvm('vg0/web1')],
    vifs: [{ bridge: xenbr0, address: '192.0.2.21' }],
  });
  expect(web1.vifs.map((vif) => vif.macAddress)).toEqual(['00:16:3e:a6:05:8f']);
});

test('resources have stable, readable addresses', () => {
  const app = withGuests();
  app.synth();
  expect(Object.keys(resources(app)).sort()).toEqual([
    'xen01_bridge_xenbr0',
    'xen01_domU_db_internal',
    'xen01_domU_web1',
    'xen01_host',
    'xen01_identity',
    'xen01_roster',
  ]);
});

test('a host comes first, then whoever leaves it, then its bridges, and a bridge before the guests on it', () => {
  const app = withGuests();
  app.synth();
  const before = Object.fromEntries(Object.entries(resources(app)).map(([id, { depends_on }]) => [id, depends_on]));
  expect(before).toEqual({
    xen01_identity: undefined,
    xen01_host: ['null_resource.xen01_identity'],
    xen01_roster: ['null_resource.xen01_host'],
    xen01_bridge_xenbr0: ['null_resource.xen01_roster'],
    xen01_domU_web1: ['null_resource.xen01_bridge_xenbr0'],
    xen01_domU_db_internal: ['null_resource.xen01_bridge_xenbr0'],
  });
});

test('a plan shows what a guest is, in words', () => {
  const app = withGuests();
  app.synth();
  expect(resources(app)['xen01_domU_web1']?.triggers).toEqual({
    domu: 'web1',
    memory_mib: '512',
    vcpus: '1',
    boot: 'pygrub',
    disks: 'xvda=/dev/vg0/web1',
    macs: '00:16:3e:a6:05:8f',
    addresses: '192.0.2.21',
    autostart: 'true',
    running: 'true',
    on_change: 'live',
    on_removal: 'shut-down',
    identity: 'unmanaged',
    live: '${data.external.xen01_live.result["domU-web1"]}',
    bundle_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test('only the identity has a destroy step, and its triggers hold nothing that ever changes', () => {
  const app = withGuests();
  app.synth();
  const all = Object.entries(resources(app));
  expect(
    all.filter(([, { provisioner }]) => JSON.stringify(provisioner).includes('"destroy"')).map(([id]) => id),
  ).toEqual(['xen01_identity']);
  expect(resources(app)['xen01_identity']?.triggers).toEqual({ host: 'xen01' });
});

test('the roster names who belongs on the host, and a guest that leaves is seen in the plan', () => {
  const { app, xen01 } = testHost();
  for (const name of ['web2', 'web10', 'web1'])
    xen01.addDomU(name, { memoryMiB: 64, boot: Boot.kernel('/boot/vmlinuz') });
  const tree = synthTree(app);
  expect(resources(app)['xen01_roster']?.triggers).toEqual({
    bridges: 'xenbr0',
    guests: 'web1 web10 web2',
    live: '${data.external.xen01_live.result["roster"]}',
  });
  expect(filesBelow(tree).get('words/roster')).toBe('bridge xenbr0\nguest web1\nguest web10\nguest web2\n');
});

test('a changed memory value changes that guest alone', () => {
  const [before, after] = [withGuests(testApp(), 512), withGuests(testApp(), 768)].map((app) => {
    app.synth();
    return resources(app);
  });
  const changed = Object.keys(before ?? {}).filter(
    (id) => JSON.stringify(before?.[id]?.triggers) !== JSON.stringify(after?.[id]?.triggers),
  );
  expect(changed).toEqual(['xen01_domU_web1']);
});

test('a tree looks like the host, and names every file of it once', () => {
  const tree = filesBelow(synthTree(withGuests()));
  const manifest = (tree.get('manifest') ?? '').trim().split('\n');
  const listed = manifest.map((line) => line.split(' ')[1]).sort();
  const present = [...tree.keys()].filter((path) => /^(expect|files|keys|words)\//.test(path)).sort();
  expect(listed).toEqual(present);
  expect(present).toEqual([
    'expect/bridge-xenbr0',
    'expect/domU-db.internal',
    'expect/domU-web1',
    'expect/host',
    'files/etc/sysconfig/network-scripts/ifcfg-eth0',
    'files/etc/sysconfig/network-scripts/ifcfg-xenbr0',
    'files/etc/xen/db.internal',
    'files/etc/xen/web1',
    'keys/bridge-xenbr0/etc/sysconfig/network',
    'keys/host/etc/sysconfig/network',
    'keys/host/etc/sysconfig/xendomains',
    'keys/host/etc/sysctl.conf',
    'keys/host/etc/xen/xl.conf',
    'words/bridge-xenbr0',
    'words/domU-db.internal',
    'words/domU-web1',
    'words/host',
    'words/roster',
  ]);
  expect(tree.get('known_hosts')).toBe(`xen01 ${HOST_KEY}\n`);
});

test('two synths of one app are byte-identical, wherever they are written', () => {
  const [one, two] = [withGuests(), withGuests()].map((app) => {
    app.synth();
    return filesBelow(app.outdir);
  });
  // Where no backend is named, cdktf itself writes the present folder into the stack.
  expect(one).toEqual(two);
});

test('the order of construction does not show in what is synthesized', () => {
  const build = (reverse: boolean): Map<string, string> => {
    const app = testApp();
    const { xen01, xenbr0, lan } = testHost(app);
    const steps = [
      () => xen01.addBridge('xenbr1', { lan, uplink: Uplink.none(), address: Address.none() }),
      ...['a', 'b', 'c'].map((name, index) => () => {
        xen01.addDomU(name, {
          memoryMiB: 256,
          boot: Boot.kernel('/boot/vmlinuz'),
          vifs: [{ bridge: xenbr0, address: `192.0.2.${30 + index}` }],
        });
      }),
    ];
    for (const step of reverse ? steps.reverse() : steps) step();
    app.synth();
    return filesBelow(app.outdir);
  };
  expect(build(true)).toEqual(build(false));
});

test('a guest that left the code leaves the tree at the next synth', () => {
  const app = withGuests();
  const tree = synthTree(app);
  expect(existsSync(join(tree, 'files/etc/xen/web1'))).toBe(true);
  const again = testHost(new App({ outdir: app.outdir })).app;
  synthTree(again);
  expect(existsSync(join(tree, 'files/etc/xen/web1'))).toBe(false);
});

test('one Lan serves many stacks, with one host each', () => {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  for (const number of [1, 2]) {
    const stack = new TerraformStack(app, `rack${number}`);
    const address = `192.0.2.${9 + number}`;
    const host = new XenHost(stack, `xen0${number}`, { ...HOST, ssh: { address, hostKeys: [hostKey(number)] } });
    host.addBridge('xenbr0', {
      lan,
      uplink: Uplink.nic('eth0', `52:54:00:aa:00:0${number}`),
      address: Address.ipv4(address),
    });
  }
  app.synth();
  expect(Object.keys(resources(app, 'rack2'))).toContain('xen02_bridge_xenbr0');
});

test('a plan shows what a bridge is, and how long the host may be away at worst', () => {
  const { app } = testHost(testApp(), { bridge: { timeouts: { rollbackSeconds: 200 } } });
  app.synth();
  expect(resources(app)['xen01_bridge_xenbr0']?.triggers).toMatchObject({
    bridge: 'xenbr0',
    state: 'present',
    address: '192.0.2.10/24',
    worst_case_outage_seconds: '245',
  });
});

test('a plan asks each host once, and every unit of it has its own word', () => {
  const app = withGuests();
  app.synth();
  const stack = JSON.parse(readFileSync(join(app.outdir, 'stacks', 'office', 'cdk.tf.json'), 'utf8')) as {
    data: { external: Record<string, { program: string[] }> };
  };
  expect(Object.entries(stack.data.external).map(([id, { program }]) => [id, program])).toEqual([
    ['xen01_live', ['/bin/sh', '${path.module}/runtime/deployer/start.sh', 'observe', 'xen01']],
  ]);
  expect(Object.entries(resources(app)).map(([id, { triggers }]) => [id, triggers['live']])).toEqual([
    ['xen01_bridge_xenbr0', '${data.external.xen01_live.result["bridge-xenbr0"]}'],
    ['xen01_domU_db_internal', '${data.external.xen01_live.result["domU-db.internal"]}'],
    ['xen01_domU_web1', '${data.external.xen01_live.result["domU-web1"]}'],
    ['xen01_host', '${data.external.xen01_live.result["host"]}'],
    ['xen01_identity', undefined],
    ['xen01_roster', '${data.external.xen01_live.result["roster"]}'],
  ]);
});

test('an apply hands back the word and the generation that the plan saw, and only the word is a reason for it', () => {
  const app = withGuests();
  app.synth();
  const { xen01_domU_web1: web1, xen01_identity: identity } = resources(app);
  expect(web1?.provisioner).toMatchObject([
    {
      'local-exec': {
        environment: {
          CDKTF_XEN_LIVE: '${self.triggers.live}',
          CDKTF_XEN_GENERATION: '${data.external.xen01_live.result["domU-web1 generation"]}',
        },
      },
    },
  ]);
  expect(JSON.stringify(web1?.triggers)).not.toContain('generation');
  // A destroy step may refer to nothing but itself.
  expect(JSON.stringify(identity)).not.toContain('data.external');
});

test.each([
  ['the host is told not to', { driftDetection: false }, undefined],
  ['the environment says so', {}, 'off'],
])('no plan asks the host, and nothing is replaced for it, where %s', (_, props, variable) => {
  if (variable !== undefined) process.env['CDKTF_XEN_DRIFT_DETECTION'] = variable;
  try {
    const { app } = testHost(testApp(), { host: props });
    app.synth();
    const text = readFileSync(join(app.outdir, 'stacks', 'office', 'cdk.tf.json'), 'utf8');
    expect(text).not.toContain('external');
    const bridge = resources(app)['xen01_bridge_xenbr0'] as unknown as { triggers: object; lifecycle: object };
    expect(bridge.triggers).toMatchObject({ live: 'not asked' });
    expect(bridge.lifecycle).toEqual({ ignore_changes: ['triggers["live"]'] });
  } finally {
    delete process.env['CDKTF_XEN_DRIFT_DETECTION'];
  }
});
