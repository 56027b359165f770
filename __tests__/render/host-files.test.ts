import fc from 'fast-check';
import { hostFiles, parseKeyLines, xlConfLines } from '../../lib/render/host-files';
import { bridge, xenHost } from '../model/inputs';
import { anyBridge } from './arbitraries';

const one = bridge();
const two = bridge({ name: 'xenbr1', uplink: undefined, address: undefined });

test.each([
  ['4.2', '0', 'defaultbridge'],
  ['4.3', '0', 'defaultbridge'],
  ['4.4', '"off"', 'vif.default.bridge'],
  ['4.6', '"off"', 'vif.default.bridge'],
  ['4.17', '"off"', 'vif.default.bridge'],
])('xl.conf of Xen %s has the names that it knows', (version, autoballoon, bridgeKey) => {
  const { xenVersion } = xenHost({ xenVersion: version });
  expect(xlConfLines(xenVersion, [one])).toEqual([`autoballoon=${autoballoon}`, `${bridgeKey}="xenbr0"`]);
});

test('a default bridge is named where there is exactly one', () => {
  const { xenVersion } = xenHost();
  expect(xlConfLines(xenVersion, [])).toEqual(['autoballoon="off"']);
  expect(xlConfLines(xenVersion, [one, two])).toEqual(['autoballoon="off"']);
});

test('the host sets keys in files of the system and owns none of them', () => {
  const files = hostFiles(xenHost({ hostname: 'xen01.example.org' }), [one]);
  expect(files.map(({ kind, path, mode }) => `${kind} ${path} ${mode}`)).toEqual([
    'keys /etc/sysconfig/network 0644',
    'keys /etc/sysctl.conf 0644',
    'keys /etc/xen/xl.conf 0644',
    'keys /etc/sysconfig/xendomains 0644',
  ]);
  expect(files[0]?.content).toBe('NETWORKING="yes"\nHOSTNAME="xen01.example.org"\n');
});

test('bridged frames stay out of all three tables', () => {
  const keys = parseKeyLines(hostFiles(xenHost(), [])[1]?.content ?? '');
  expect(Object.fromEntries(keys)).toEqual({
    'net.bridge.bridge-nf-call-ip6tables': '0',
    'net.bridge.bridge-nf-call-iptables': '0',
    'net.bridge.bridge-nf-call-arptables': '0',
  });
});

test('key lines of any host are read back as they were', () => {
  fc.assert(
    fc.property(fc.array(anyBridge, { maxLength: 3 }), fc.constantFrom('4.2', '4.4', '4.17'), (bridges, version) => {
      for (const { content } of hostFiles(xenHost({ xenVersion: version, hostname: 'xen01' }), bridges)) {
        const lines = content.trimEnd().split('\n');
        const expected = lines.map((line) => line.split(/ ?= ?/, 2).map((part) => part.replaceAll('"', '')));
        expect([...parseKeyLines(content)]).toEqual(expected);
      }
    }),
  );
});

test('key lines of any hand: blanks, comments and repetition', () => {
  const text =
    '# a = 1\n; b = 2\n  net.ipv4.ip_forward=1\nkernel.x/y =  two words \nnet.ipv4.ip_forward = 0\nnonsense\n';
  expect([...parseKeyLines(text)]).toEqual([
    ['net.ipv4.ip_forward', '0'],
    ['kernel.x/y', 'two words'],
  ]);
});

test.each([
  ['shut-down', ['XENDOMAINS_SAVE=""\n']],
  ['save', ['XENDOMAINS_SAVE="/var/lib/xen/save"\n']],
  ['unmanaged', []],
])('guests are %s when the host shuts down', (guestsAtShutdown, content) => {
  const files = hostFiles(xenHost({ guestsAtShutdown }), [one]);
  expect(files.filter(({ path }) => path === '/etc/sysconfig/xendomains').map((file) => file.content)).toEqual(content);
});
