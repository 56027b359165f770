import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, type ITerraformDependable, TerraformStack } from 'cdktf';
import { Resource } from '@cdktf/provider-null/lib/resource';
import { Boot, Lan } from '../../lib';
import { LAN, rackHost, testApp } from '../helpers/estate';

/** One host with a bridge and a guest, and a resource of somebody else's that waits for some of them. */
function waitingFor(choose: (made: ReturnType<typeof site>) => ITerraformDependable[]): unknown {
  const app = testApp();
  const stack = new TerraformStack(app, 'office');
  new Resource(stack, 'dns', { dependsOn: choose(site(app, stack)) });
  app.synth();
  const text = readFileSync(join(app.outdir, 'stacks/office/cdk.tf.json'), 'utf8');
  const { resource } = JSON.parse(text) as { resource: { null_resource: Record<string, { depends_on?: unknown }> } };
  return resource.null_resource['dns']?.depends_on;
}

function site(app: App, stack: TerraformStack) {
  const { host, bridge } = rackHost(stack, new Lan(app, 'lan0', LAN), 1);
  const vifs = [{ bridge, address: '192.0.2.21' }];
  return { host, bridge, web1: host.addDomU('web1', { memoryMiB: 64, boot: Boot.kernel('/boot/vmlinuz'), vifs }) };
}

test('what depends on a guest waits for the step of that guest', () => {
  expect(waitingFor(({ web1 }) => [web1])).toEqual(['null_resource.xen01_domU_web1']);
});

test('what depends on a bridge waits for the step of that bridge', () => {
  expect(waitingFor(({ bridge }) => [bridge])).toEqual(['null_resource.xen01_bridge_xenbr0']);
});

test('what depends on a host waits for the last of its own steps, which comes after the others', () => {
  expect(waitingFor(({ host }) => [host])).toEqual(['null_resource.xen01_roster']);
});

test('a resource can wait for all three of them', () => {
  expect(waitingFor(({ host, bridge, web1 }) => [host, bridge, web1])).toHaveLength(3);
});
