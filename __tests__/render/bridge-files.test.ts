import fc from 'fast-check';
import { bridgeFiles, readBridge } from '../../lib/render/bridge-files';
import { parseIfcfg } from '../../lib/render/ifcfg';
import { bridge } from '../model/inputs';
import { anyBridge } from './arbitraries';

/** The keys of one interface's file. */
function keysOf(files: ReturnType<typeof bridgeFiles>, device: string) {
  const file = files.find(({ path }) => path === `/etc/sysconfig/network-scripts/ifcfg-${device}`);
  return file === undefined ? undefined : parseIfcfg(file.content).keys;
}

test('any bridge is read back from its own files as it was', () => {
  fc.assert(
    fc.property(anyBridge, (model) => {
      const files = bridgeFiles(model);
      const uplink = model.uplink === undefined ? undefined : keysOf(files, model.uplink.device);
      expect(readBridge(keysOf(files, model.name) ?? new Map(), uplink)).toEqual({
        name: model.name,
        uplink: model.uplink,
        address: model.address,
        prefix: model.address === undefined ? undefined : model.lan.network.prefix,
        gateway: model.gateway,
        nameservers: model.nameservers,
        stp: model.stp,
        delaySeconds: model.delaySeconds,
        mtu: model.mtu,
      });
    }),
  );
});

test('the uplink has no address and no name servers: with BRIDGE= set they would be ignored', () => {
  fc.assert(
    fc.property(anyBridge, (model) => {
      fc.pre(model.uplink !== undefined);
      const keys = keysOf(bridgeFiles(model), model.uplink.device);
      expect([...(keys ?? [])].map(([key]) => key)).toEqual([
        'DEVICE',
        ...(model.uplink.macAddress === undefined ? [] : ['HWADDR']),
        'TYPE',
        'ONBOOT',
        'NM_CONTROLLED',
        'BOOTPROTO',
        'BRIDGE',
        ...(model.mtu === undefined ? [] : ['MTU']),
      ]);
      expect(keys?.get('BRIDGE')).toBe(model.name);
    }),
  );
});

test('a bridge with the default route takes GATEWAYDEV, another leaves it alone', () => {
  const keyFiles = (change: object) => bridgeFiles(bridge(change)).filter((file) => file.kind === 'keys');
  expect(keyFiles({})).toEqual([
    {
      kind: 'keys',
      path: '/etc/sysconfig/network',
      mode: '0644',
      owner: 'root:root',
      content: 'GATEWAYDEV="xenbr0"\n',
    },
  ]);
  expect(keyFiles({ defaultRoute: false })).toEqual([]);
});

const read = (text: string) => readBridge(parseIfcfg(text).keys, undefined);

test('PREFIX beats NETMASK, as initscripts have it', () => {
  expect(read('PREFIX=25\nNETMASK=255.255.255.0\n').prefix).toBe(25);
  expect(read('NETMASK=255.255.255.0\n').prefix).toBe(24);
  expect(read('IPADDR=192.0.2.1\n').prefix).toBeUndefined();
});

test('every contiguous netmask is its prefix', () => {
  for (let prefix = 0; prefix <= 32; prefix += 1) {
    const bits = '1'.repeat(prefix).padEnd(32, '0');
    const netmask = (bits.match(/.{8}/g) ?? []).map((octet) => parseInt(octet, 2)).join('.');
    expect([netmask, read(`NETMASK=${netmask}\n`).prefix]).toEqual([netmask, prefix]);
  }
});

test.each([
  '255.0.255.0',
  '255.255.255',
  '255.255.255.0.0',
  '256.0.0.0',
  '255.254.256.0',
  '255.255.255.',
  'none',
  '',
  '0.0.0.255',
])('the netmask %j is no prefix', (netmask) => {
  expect(read(`NETMASK="${netmask}"\n`).prefix).toBeUndefined();
});

test.each([
  ['on', true],
  ['yes', true],
  ['1', true],
  ['off', false],
  ['no', false],
  ['true', false],
])('STP=%s is %s, for brctl knows these words only', (word, stp) => {
  expect(read(`STP=${word}\n`).stp).toBe(stp);
});

test('keys that are no numbers are not there', () => {
  expect(read('DELAY=abc\nMTU=\n')).toMatchObject({ delaySeconds: undefined, mtu: undefined });
});

test('a dissolved bridge has no file, and its uplink what the bridge had', () => {
  fc.assert(
    fc.property(anyBridge, (model) => {
      fc.pre(model.uplink !== undefined);
      const gone = { ...model, dissolve: true };
      const files = bridgeFiles(gone);
      expect(keysOf(files, model.name)).toBeUndefined();
      const keys = keysOf(files, model.uplink.device);
      const before = keysOf(bridgeFiles(model), model.name);
      expect(keys?.has('BRIDGE')).toBe(false);
      for (const key of ['IPADDR', 'PREFIX', 'GATEWAY', 'DNS1', 'DNS2', 'MTU']) {
        expect(keys?.get(key)).toBe(before?.get(key));
      }
    }),
  );
});
