import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { Address, Boot, type DomUOptions, Handover, Lan, Uplink } from '../../lib';
import { LAN, rackHost, testApp } from '../helpers/estate';

const GUEST = { memoryMiB: 512, boot: Boot.kernel('/boot/vmlinuz') };
const LEAVING = { autostart: false, running: false };

/** web1 on two hosts of one stack; nothing says yet which is the right one. */
function moved(from: Partial<DomUOptions> = LEAVING, name = 'web1') {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const stack = new TerraformStack(app, 'office');
  const [old, young] = [rackHost(stack, lan, 1), rackHost(stack, lan, 2)].map(({ host, bridge }, index) =>
    host.addDomU(index === 0 ? 'web1' : name, {
      ...GUEST,
      vifs: [{ bridge, address: '192.0.2.21' }],
      ...(index === 0 ? from : {}),
    }),
  );
  if (old === undefined || young === undefined) throw new Error('two guests were made');
  return { app, lan, stack, old, young };
}

function synthError(app: ReturnType<typeof testApp>): string {
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

test('the same guest on two hosts is refused, and the message names the statement that allows it', () => {
  expect(synthError(moved().app)).toContain(
    'a copy needs a name of its own (DomU.copyOf), a guest that moves a Handover',
  );
});

test('a handover lets one guest have its MAC and address on both hosts, and says so in the plan and to the deploy', () => {
  const { app, stack, old, young } = moved();
  new Handover(stack, 'web1-moves', { source: old, target: young });
  app.synth();
  expect(young.vifs[0]?.macAddress).toBe(old.vifs[0]?.macAddress);
  const folder = join(app.outdir, 'stacks/office');
  expect(readFileSync(join(folder, 'assets/xen02/tree/handover/domU-web1'), 'utf8')).toBe('xen01 web1 asked\n');
  const json = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as {
    resource: { null_resource: Record<string, { triggers: Record<string, string>; depends_on: string[] }> };
  };
  const { triggers, depends_on: before } = json.resource.null_resource['xen02_domU_web1'] ?? {};
  expect(triggers?.['takes_over_from']).toBe('web1 on xen01');
  expect(triggers?.['live']).toBe('${data.external.xen02_live.result["domU-web1"]}');
  expect(before).toEqual(['null_resource.xen01_domU_web1', 'null_resource.xen02_bridge_xenbr0']);
  const manifest = readFileSync(join(folder, 'assets/xen02/tree/manifest'), 'utf8');
  expect(manifest).toContain('domU-web1 handover/domU-web1 0644 root:root ');
});

test('a host that is gone is said to be', () => {
  const { app, stack, old, young } = moved();
  new Handover(stack, 'web1-moves', { source: old, target: young, sourceHostIsGone: true });
  app.synth();
  expect(readFileSync(join(app.outdir, 'stacks/office/assets/xen02/tree/handover/domU-web1'), 'utf8')).toBe(
    'xen01 web1 gone\n',
  );
});

test('an original that is still meant to live is refused with what to set', () => {
  const { app, stack, old, young } = moved({});
  new Handover(stack, 'web1-moves', { source: old, target: young });
  expect(synthError(app)).toContain(
    "[office/web1-moves] domU 'web1' of host 'xen01' hands over and is still described as living; set its autostart: false and running: false",
  );
});

test('guests that share no MAC have nothing to hand over', () => {
  const { app, stack, old, young } = moved(LEAVING, 'web1-test');
  new Handover(stack, 'web1-moves', { source: old, target: young });
  expect(synthError(app)).toContain("guests 'web1' and 'web1-test' share no MAC, so nothing is handed over");
});

test('a handover allows two guests to share, not three', () => {
  const { app, lan, stack, old, young } = moved();
  new Handover(stack, 'web1-moves', { source: old, target: young });
  const bridge = old.host.addBridge('xenbr1', {
    lan,
    uplink: Uplink.none(),
    address: Address.none(),
  });
  old.host.addDomU('third', {
    ...GUEST,
    vifs: [{ bridge, address: '192.0.2.33', macAddress: young.vifs[0]?.macAddress ?? '' }],
  });
  expect(synthError(app)).toContain(
    "domU 'third' vif 0 (office/xen01/third) and domU 'web1' vif 0 (office/xen02/web1)",
  );
});

test('a guest that stays on its host needs no handover', () => {
  const { app, stack, young } = moved();
  new Handover(stack, 'web1-moves', { source: young, target: young });
  expect(synthError(app)).toContain(
    "both guests are on host 'xen02'; a guest that stays where it is needs no handover",
  );
});

test('a handover without its guests is refused', () => {
  const { stack, old } = moved();
  expect(() => new Handover(stack, 'web1-moves', { source: old } as never)).toThrow(
    'handover "web1-moves": target is missing; give the DomU that takes its place, as addDomU returns it',
  );
});
