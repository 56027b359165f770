import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { App, type AppConfig, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Address, type BridgeOptions, Lan, type LanProps, Uplink, XenHost, type XenHostProps } from '../../lib';
import { HOST_KEY, hostKey } from '../model/inputs';

export { HOST_KEY, hostKey };

export const ETH0 = '52:54:00:aa:00:01';

export const LAN: LanProps = { cidr: '192.0.2.0/24', gateway: '192.0.2.1' };

export const HOST: XenHostProps = {
  ssh: { address: '192.0.2.10', hostKeys: [HOST_KEY] },
  memoryMiB: 8192,
  dom0MemoryMiB: 1024,
};

const made: string[] = [];

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An app that synthesizes into a folder of its own, which goes when the file's tests are done. */
export function testApp(options: AppConfig = {}): App {
  const outdir = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  made.push(outdir);
  return new App({ ...options, outdir });
}

/** One stack with one host on one Lan, its bridge on eth0; each part can be changed. */
export function testHost(
  app: App = testApp(),
  change: {
    readonly host?: Partial<XenHostProps>;
    readonly lan?: Partial<LanProps>;
    readonly bridge?: Partial<BridgeOptions>;
  } = {},
) {
  const lan = new Lan(app, 'lan0', { ...LAN, ...change.lan });
  const stack = new TerraformStack(app, 'office');
  const xen01 = new XenHost(stack, 'xen01', { ...HOST, ...change.host });
  const xenbr0 = xen01.addBridge('xenbr0', {
    lan,
    uplink: Uplink.nic('eth0', ETH0),
    address: Address.ipv4('192.0.2.10'),
    ...change.bridge,
  });
  return { app, lan, stack, xen01, xenbr0 };
}

/** The host xen0N with its bridge on eth0, on a Lan that others may be on: its addresses end in its number. */
export function rackHost(stack: TerraformStack, lan: Lan, number: number) {
  const address = `192.0.2.${9 + number}`;
  const host = new XenHost(stack, `xen0${number}`, { ...HOST, ssh: { address, hostKeys: [hostKey(number)] } });
  const uplink = Uplink.nic('eth0', `52:54:00:aa:00:0${number}`);
  return { host, bridge: host.addBridge('xenbr0', { lan, uplink, address: Address.ipv4(address) }) };
}

/** Every file below a folder, by relative path. */
export function filesBelow(directory: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(directory, name);
    if (statSync(path).isFile()) found.set(relative(directory, path), readFileSync(path, 'utf8'));
  }
  return found;
}

/** Synthesizes and gives the path of a host's tree. */
export function synthTree(app: App, stack = 'office', host = 'xen01'): string {
  app.synth();
  return join(app.outdir, 'stacks', stack, 'assets', host, 'tree');
}

/** What synth warns of at a construct. */
export function warningsAt(construct: Construct): unknown[] {
  return construct.node.metadata.filter(({ type }) => type.endsWith('warn')).map(({ data }) => data as unknown);
}
