import { Boot, Disk } from '../../lib';
import { filesBelow, testHost } from '../helpers/estate';

const GUEST = { memoryMiB: 512, boot: Boot.pygrub(), disks: [Disk.lvm('vg0/web1')] };

test('addGuest synthesizes what addDomU does', () => {
  const [guest, domU] = (['addGuest', 'addDomU'] as const).map((add) => {
    const { app, xen01 } = testHost();
    xen01[add]('web1', GUEST);
    app.synth();
    return filesBelow(app.outdir);
  });
  expect(guest).toEqual(domU);
});

test('a refusal of addGuest names the method that was called', () => {
  const { xen01 } = testHost();
  expect(() => xen01.addGuest('web1', undefined as never)).toThrow("addGuest() of host 'xen01'");
});
