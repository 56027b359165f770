import { XlParser } from '../../lab/xl/xl';
import { parseXlConfig } from '../../lib/render/parse-xl-config';
import { readXlGuest } from '../../lib/render/read-xl-guest';

/** Hundreds of processes; a machine may have other things to do. */
jest.setTimeout(60_000);

const read = (text: string) => readXlGuest(parseXlConfig(text));
const GUEST = 'name = "web1"\nmemory = 64\nkernel = "/k"\n';

/** Disk strings of other hands, as admins and older tools write them. */
const DISKS = [
  'phy:/dev/vg0/a,xvda,w',
  'phy:/dev/vg0/a,sda1,r',
  'phy:/dev/vg0/a, xvda, w',
  'file:/srv/a.img,xvda,w',
  'file:/srv/a.iso,xvdc:cdrom,r',
  'tap:aio:/srv/a.img,xvda,w',
  'tap2:aio:/srv/a.img,xvda,w',
  'tap:qcow2:/srv/a.qcow2,xvda,w',
  'raw:/srv/a.img,xvda,w',
  'qcow2:/srv/a.qcow2,xvda,ro',
  '/dev/vg0/a,raw,xvda,w',
  '/dev/vg0/a,raw,xvda,rw',
  '/dev/vg0/a,,xvda',
  '/srv/a.img,raw,xvda',
  '/srv/a.qcow2,qcow2,xvda,ro',
  '/srv/a.img, raw, xvda, r',
  'format=qcow2, vdev=xvdb, access=ro, target=/srv/a.qcow2',
  'vdev=xvda,format=raw,access=rw,target=/srv/a,b=c.img',
  'vdev=xvdb,/srv/a.img,raw',
  '/srv/a.img,vdev=xvda,format=raw',
];

test('disks of any hand are read as the real xl reads them', async () => {
  const texts = DISKS.map((disk) => `${GUEST}disk = [ "${disk}" ]\n`);
  const answers = await XlParser.open().parseAll(texts);
  const theirs = answers.map(({ domain }) => domain?.disks?.[0]);
  const ours = texts.map((text) => read(text).disks[0]);
  expect(
    ours.map((disk, index) => [DISKS[index], disk?.path, disk?.device, disk?.kind === 'qcow2', disk?.readOnly]),
  ).toEqual(
    theirs.map((disk, index) => [
      DISKS[index],
      disk?.pdev_path,
      disk?.vdev,
      disk?.format === 'qcow2',
      disk?.readwrite !== 1,
    ]),
  );
});

const VIFS = [
  'mac=00:16:3e:80:00:01,bridge=xenbr0',
  'bridge=xenbr1,mac=00:16:3E:80:00:0A',
  'mac=00:16:3e:80:00:01, bridge=xenbr0, script=vif-bridge',
  'type=netfront,mac=00:16:3e:80:00:01,vifname=web1.0,bridge=xenbr0',
];

test('vifs of any hand are read as the real xl reads them', async () => {
  const text = `${GUEST}vif = [ ${VIFS.map((vif) => `'${vif}'`).join(', ')} ]\n`;
  const { domain } = await XlParser.open().parse(text);
  expect(read(text).vifs).toEqual(domain?.nics?.map(({ mac, bridge }) => ({ macAddress: mac, bridge })));
});

const NUMBERS = ['64', '0x40', '0100', '"64"', '"0x40"', "'128'"];

test('numbers of any hand are read as the real xl reads them', async () => {
  const texts = NUMBERS.map((number) => `name = "web1"\nkernel = "/k"\nmemory = ${number}\n`);
  const answers = await XlParser.open().parseAll(texts);
  expect(texts.map((text) => read(text).memoryMiB * 1024)).toEqual(
    answers.map(({ domain }) => domain?.b_info.target_memkb),
  );
});

test("what is not said is xl's own default", async () => {
  const { domain } = await XlParser.open().parse(GUEST);
  expect(domain).not.toHaveProperty('on_crash');
  expect(read(GUEST)).toEqual({
    name: 'web1',
    memoryMiB: 64,
    maxmemMiB: 64,
    vcpus: 1,
    boot: { kind: 'kernel', kernel: '/k', ramdisk: undefined, root: undefined, extra: undefined },
    disks: [],
    vifs: [],
    onPoweroff: 'destroy',
    onReboot: 'restart',
    onCrash: 'destroy',
  });
});

test('a file that says nothing of use is read all the same', () => {
  expect(read('')).toMatchObject({ name: '', memoryMiB: 0, boot: { kind: 'pygrub' } });
  expect(
    read('vif = "mac=00:16:3e:80:00:01"\ndisk = 5\nname = 7\nmemory = "512MB"\non_crash = "reboot"\n'),
  ).toMatchObject({
    name: '7',
    memoryMiB: 0,
    disks: [],
    vifs: [],
    onCrash: 'destroy',
  });
  expect(read('vif = [ "", "xenbr0" ]\ndisk = [ "" ]\n')).toMatchObject({
    vifs: [
      { macAddress: '', bridge: '' },
      { macAddress: '', bridge: '' },
    ],
    disks: [{ path: '', device: '', readOnly: false }],
  });
});
