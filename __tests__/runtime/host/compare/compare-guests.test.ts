import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { guestExpectations } from '../../../../lib/render/guest-expectations';
import { guestFiles } from '../../../../lib/render/xl-config';
import { compareFacts } from '../../../helpers/compare-facts';
import { layRuntime } from '../../../helpers/host-facts';
import { devices, XenHost } from '../../../helpers/xen-host';
import { bridge, domU } from '../../../model/inputs';

/* The facts of guests against what their units must have. Xen is a stand-in; bridge, ports and files are real. */

jest.setTimeout(120_000);

const RUNTIME = join(__dirname, '../../../../lib/runtime');

const xenbr0 = bridge();
const web1 = domU({ memoryMiB: 128, vcpus: 2, vifs: [{ bridge: xenbr0, address: '192.0.2.7' }] });
const MAC = '00:16:3e:a6:05:8f';
const EXPECTATIONS = `unit domU-web1\n${guestExpectations(web1)}`;

let host: XenHost;

const dom0 = (script: string) => host.bed.dom0(['bash', '-c', script]);

async function differences(): Promise<readonly string[]> {
  const { stdout, stderr, status } = await host.bed.dom0(['bash', '/runtime/host/facts/collect.sh'], {
    env: { FACTS_PROC: '/proc-of-xen' },
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return compareFacts(EXPECTATIONS, stdout).map(([, verdict, sentence]) => `${verdict}: ${sentence}`);
}

const both = (
  change: (id: number) => string[] = devices,
  ...others: readonly { name: string; id: number; state?: string }[]
) => {
  host.run(
    [{ name: 'web1', id: 7 }, ...others],
    [...change(7), ...others.flatMap(({ id }) => devices(id).map((line) => line))],
  );
};

beforeAll(async () => {
  host = await XenHost.open();
  const files = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sh'));
  layRuntime(host.bed, files);
  expect(MAC).toBe(web1.vifs[0]?.macAddress);
  await dom0('brctl addbr xenbr0; ip link set xenbr0 up; mkdir -p /etc/xen/auto');
  await host.bed.addVif('vif7.0', 'xenbr0', { mac: MAC, address: '192.0.2.7/24' });
});

afterAll(async () => {
  await host.bed.close();
});

/** What a deploy leaves. */
async function deployed(): Promise<void> {
  host.clear();
  both();
  await dom0('rm -rf /etc/xen/* /var/lib/xen/save; mkdir -p /etc/xen/auto');
  for (const { path, content, mode } of guestFiles(web1)) host.bed.write(path, content, parseInt(mode, 8));
  await dom0('ln -s /etc/xen/web1 /etc/xen/auto/web1');
}

test('a guest that is as it was deployed has nothing to be told, and strangers beside it neither', async () => {
  await deployed();
  expect(await differences()).toEqual([]);
  host.bed.write('/etc/xen/other.cfg', "name = 'other'\nvif = ['mac=00:16:3e:00:00:01,bridge=xenbr0']\ndisk = []\n");
  await dom0('ln -s ../other.cfg /etc/xen/auto/other');
  expect(await differences()).toEqual([]);
});

/** What somebody does by hand. */
const CHANGES: readonly (readonly [name: string, change: () => unknown])[] = [
  [
    'it does not run',
    () => {
      host.run([]);
    },
  ],
  [
    'it is paused',
    () => {
      host.run([{ name: 'web1', id: 7, state: '--p---' }]);
    },
  ],
  [
    'it has crashed',
    () => {
      host.run([{ name: 'web1', id: 7, state: '----c-' }]);
    },
  ],
  [
    'a stranger runs with its MAC, address and disk',
    () => {
      both(devices, { name: 'copy of web1', id: 9 });
    },
  ],
  [
    'its vif has another MAC',
    () => {
      both((id) => devices(id).map((line) => line.replace('A6:05:8F', '00:00:99')));
    },
  ],
  [
    'it has another disk',
    () => {
      both((id) => devices(id).map((line) => line.replace('/dev/vg0/web1', '/dev/vg0/old')));
    },
  ],
  [
    'its disk is read-only',
    () => {
      both((id) => devices(id).map((line) => line.replace('mode = "w"', 'mode = "r"')));
    },
  ],
  [
    'a further vif',
    () => {
      both((id) => [
        ...devices(id),
        ...devices(id)
          .filter((line) => line.includes('/vif/'))
          .map((line) => line.replace(`/${id}/0`, `/${id}/1`).replace('A6:05:8F', '00:00:77')),
      ]);
    },
  ],
  ['its port is taken out', () => dom0('brctl delif xenbr0 vif7.0')],
  ['its file has another memory', () => dom0("sed -i 's/^memory = .*/memory = 256/' /etc/xen/web1")],
  ['a key later in its file', () => dom0("echo 'vcpus = 1' >>/etc/xen/web1")],
  ['a key that nobody promised', () => dom0('echo \'cpus = "0"\' >>/etc/xen/web1')],
  ['its file has another MAC', () => dom0("sed -i 's/a6:05:8f/00:00:99/' /etc/xen/web1")],
  ['its file is gone', () => dom0('rm /etc/xen/web1')],
  ['its file can be read by all', () => dom0('chmod 644 /etc/xen/web1')],
  ['Python in its file', () => dom0("echo 'import os' >>/etc/xen/web1")],
  ['a comment', () => dom0("echo '# a note' >>/etc/xen/web1")],
  ['it does not start with the host', () => dom0('rm /etc/xen/auto/web1')],
  ['another file starts with the host under its name', () => dom0('ln -sfn /root/web1 /etc/xen/auto/web1')],
  [
    'a copy of it starts with the host',
    () => dom0('sed s/web1/web2/ /etc/xen/web1 >/root/web2; ln -s /root/web2 /etc/xen/auto/web2'),
  ],
  ['it lies saved', () => dom0('mkdir -p /var/lib/xen/save; : >/var/lib/xen/save/web1')],
  ['a stranger lies saved', () => dom0('mkdir -p /var/lib/xen/save; : >/var/lib/xen/save/other')],
  [
    'Xen can not be asked',
    () => {
      host.program('xl', 'echo no xenstored >&2; exit 1');
    },
  ],
];

test('what people do to guests by hand is told, each thing and nothing else', async () => {
  const told: Record<string, readonly string[]> = {};
  for (const [name, change] of CHANGES) {
    await deployed();
    await change();
    told[name] = await differences();
    await dom0('brctl addif xenbr0 vif7.0');
  }
  expect(told).toMatchSnapshot();
});
