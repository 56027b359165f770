import fc from 'fast-check';
import { type XlAnswer, XlParser } from '../../../../lab/xl/xl';
import { encodeWord } from '../../../../lib/facts/fact';
import { AWKS, readConfigs } from '../../../helpers/config-facts';
import { sampled } from '../../../render/sampled';

/* Disks and vifs of a configuration are read as the real xl reads them. */

jest.setTimeout(120_000);

const DISK_WORDS = [
  ...['/a', '/dev/x', 'vg/lv', '', 'a b', 'xvda', 'hdc', 'hdc:cdrom', 'hdc:disk', 'xvda:x', 'ioemu:hda', 'a:b', 'foo'],
  ...['w', 'r', 'rw', 'ro', 'raw', 'qcow2', 'cdrom', 'devtype=cdrom', 'devtype=disk', 'format=raw', 'format=qcow2'],
  ...['format=vhd', 'vdev=xvdb', 'access=r', 'access=w', 'script=s', 'backendtype=phy', 'backend=d', 'discard'],
  ...['target=/t', 'target=/t,x', 'no-discard', 'direct-io-safe', 'foo=1', 'w x'],
];
const PREFIXES = ['phy:', 'file:', 'tap:', 'tap:aio:', 'tap:qcow:', 'raw:', 'vhd:', 'iscsi:', 'ioemu:', 'drbd:', ''];
const word = fc.constantFrom(...DISK_WORDS);
const DISK = fc.oneof(
  fc
    .tuple(fc.constantFrom(...PREFIXES), word, fc.array(word, { maxLength: 4 }), fc.constantFrom(',', ', ', ' ,'))
    .map(([prefix, first, more, comma]) => prefix + [first, ...more].join(comma)),
  fc
    .tuple(
      fc.constantFrom(...PREFIXES),
      fc.constantFrom('/a', 'vg/lv', '/a b'),
      fc.constantFrom(',xvda', ',hdc:cdrom', ',raw,xvda'),
      fc.constantFrom('', ',w', ',r'),
    )
    .map((parts) => parts.join('')),
);

function diskOfXl({ status, domain }: XlAnswer): string[] | undefined {
  const disk = domain?.disks?.[0] as unknown as Record<string, string | undefined> | undefined;
  if (status !== 0 || disk === undefined) return undefined;
  const said: Record<string, string | undefined> = {
    target: disk['pdev_path'] ?? '',
    format: disk['format'],
    mode: disk['readwrite'] === undefined ? 'r' : 'w',
    'device-type': disk['is_cdrom'] === undefined ? 'disk' : 'cdrom',
    script: disk['script'],
    backend: disk['backend_domname'],
    backendtype: disk['backend'],
    discard: disk['discard_enable'] && { True: 'on', False: 'off' }[disk['discard_enable']],
    'direct-io-safe': disk['direct_io_safe'] === undefined ? undefined : '',
  };
  return Object.entries(said)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`config-disk ${encodeWord(disk['vdev'] || '?0')} ${name} ${encodeWord(value)}`],
    )
    .sort();
}

const GUEST = 'name = "web1"\nmemory = 64\nkernel = "/k"\n';
const devices = (kind: string, lines: readonly string[] = []): string[] =>
  lines.filter((line) => line.startsWith(kind));

test.each(AWKS)('%s and the real xl agree about disks', async (awk) => {
  const { seed, values } = sampled(DISK, 200);
  const disks = [
    ...[
      'phy:/dev/x,xvda,w',
      ',hdc:cdrom,r',
      'file:/a,ioemu:hda,w',
      ',,hdc,cdrom',
      '/a.qcow2,,xvda,w',
      '/dev/vg/x,xvda,w',
      'raw:/dev/x, backendtype=phy, w x, backendtype=phy',
    ],
    ...values,
  ];
  const texts = disks.map((disk) => `${GUEST}disk = [ '${disk}' ]\n`);
  const answers = await XlParser.open().parseAll(texts);
  const said = readConfigs(awk, texts);
  const differing = disks.flatMap((disk, index) => {
    const theirs = diskOfXl(answers[index] as XlAnswer) ?? [`config-disk ?0 odd ${encodeWord(disk)}`];
    const ours = devices('config-disk ', said[index]);
    return ours.join('\n') === theirs.join('\n') ? [] : [{ disk, ours, theirs }];
  });
  expect({ seed, differing }).toEqual({ seed, differing: [] });
});

test.each(AWKS)('%s and the real xl agree about vifs', async (awk) => {
  const vif = fc
    .array(
      fc.tuple(
        fc.constantFrom('', ' ', '  '),
        fc.constantFrom(
          'mac=0:16:3E:a:5:8F',
          'mac=00:16:3e:00:00:01',
          'bridge=b',
          'bridge= b',
          'ip=192.0.2.1',
          'script=s',
          'model=e1000',
          'vifname=v',
          '',
        ),
        fc.constantFrom('', '', ' '),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.map((part) => part.join('')).join(','));
  const { seed, values: vifs } = sampled(vif, 80);
  const texts = vifs.map((one) => `${GUEST}vif = [ '${one}' ]\n`);
  const answers = await XlParser.open().parseAll(texts);
  const said = readConfigs(awk, texts);
  const names: Readonly<Record<string, string>> = { ifname: 'vifname' };
  const differing = vifs.flatMap((one, index) => {
    const nic = answers[index]?.domain?.nics?.[0] as unknown as Record<string, unknown>;
    const theirs = Object.entries(nic)
      .filter(([name]) => name !== 'devid' && name !== 'nictype')
      .map(([name, value]) => `config-vif 0 ${names[name] ?? name} ${encodeWord(String(value))}`)
      .sort();
    const ours = devices('config-vif ', said[index]).filter((line) => !line.endsWith(' %'));
    return ours.join('\n') === theirs.join('\n') ? [] : [{ one, ours, theirs }];
  });
  expect({ seed, differing }).toEqual({ seed, differing: [] });
});
