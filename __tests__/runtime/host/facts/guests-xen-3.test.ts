import { B, DEVICE_FACTS, INFO, VIF_FACTS, XenHost, devices, listing, says } from '../../../helpers/xen-host';

/* Facts about the domains of a host of Xen 3, with xm and a xenstore-ls without -f: CentOS 5. */

jest.setTimeout(120_000);

let host: XenHost;

beforeAll(async () => {
  host = await XenHost.open();
});

afterAll(async () => {
  await host.bed.close();
});

beforeEach(() => {
  host.clear();
});

const long = `/var/lib/xen/images/${'x'.repeat(100)}.img`;

/** The tree that xenstore-ls prints, of the lines with whole paths. */
function tree(lines: readonly string[], shorten: boolean): string {
  const seen = new Set<string>();
  return lines
    .flatMap((line) => {
      const [, path = '', value = ''] = /^(.*?) = "(.*)"$/.exec(line) ?? [];
      const parts = path.slice(B.length + 1).split('/');
      return parts.flatMap((part, depth) => {
        const place = parts.slice(0, depth + 1).join('/');
        if (seen.has(place)) return [];
        seen.add(place);
        const said = depth < parts.length - 1 ? '' : value;
        const head = `${' '.repeat(depth)}${part} = "`;
        const room = 80 - head.length - 5;
        return [`${head}${shorten && said.length > room ? `${said.slice(0, room)}...` : said}"`];
      });
    })
    .join('\n');
}

const lines = devices(7).map((line) => line.replace('/dev/vg0/web1', long));
const expected = [...DEVICE_FACTS.map((line) => line.replace('/dev/vg0/web1', long)), ...VIF_FACTS].sort();

function xen3(ls: string): void {
  const inactive = `${'stopped 5'.padEnd(40)}         512     1                 0.0`;
  host.program(
    'xm',
    `case $1 in info) ${says(INFO.replace(/\nxen_version.*/, ''))}\n;; list) ${says(`${listing([{ name: 'web1', id: 7 }])}\n${inactive}`)}\n;; esac`,
  );
  host.program('xenstore-ls', ls);
  host.program(
    'xenstore-read',
    `for path; do case $path in */params) echo '${long}' ;; */memory/target) echo 131072 ;; *) echo /vm/1-2 ;; esac; done`,
  );
  host.program('xenstore-list', 'echo backend');
}

test.each([
  ['says its usage and succeeds', 'echo Usage >&2; exit 0'],
  ['takes -f for a path', 'echo "xenstore-ls: xs_directory (-f): No such file" >&2; exit 1'],
])('xenstore-ls that %s', async (_name, refuse) => {
  xen3(`if [ "$1" = -f ]; then ${refuse}; fi\n${says(tree(lines, true))}`);
  const { lines: said } = await host.facts();
  expect(said.filter((line) => /^(vif|disk) /.test(line))).toEqual(expected);
  expect(said).toContain('xen toolstack xm');
  expect(said).toContain('xen version 4.6.6');
  expect(said.filter((line) => /^(unknown|domain stopped)/.test(line))).toEqual([]);
  expect(host.calls()).toContain(`xenstore-read ${B}/vbd/7/51712/params`);
});

test.each(['   deep = "x"', 'vif = "', 'vif', '\u001b[2J', 'vif = ""\n   7 = ""'])(
  'the tree %j is not understood',
  async (text) => {
    xen3(`[ "$1" != -f ] || exit 1\n${says(text)}`);
    expect((await host.facts('vif disk')).lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'unknown disk',
      'unknown vif',
    ]);
  },
);
