import fc from 'fast-check';

/* Guests' configurations as people write them, in all their forms: made here, copied from nobody. */

const either = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const maybe = (one: fc.Arbitrary<string>, times = 1): fc.Arbitrary<string> =>
  fc.oneof({ weight: times, arbitrary: one }, { weight: 1, arbitrary: fc.constant('') });

const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((all) => all.join(''));

const quote = either('"', "'");
const quoted = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(quote, text).map(([sign, one]) => `${sign}${one}${sign}`);

/** A line of a file, with the blanks that people put around `=`. */
const line = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(either(' = ', '=', '   =  ', '\t= ', '= '), value, either('', '', '', ' # ours', ';'))
    .map(([equals, one, end]) => `${key}${equals}${one}${end}\n`);

const setting = (key: string, ...texts: readonly string[]): fc.Arbitrary<string> => line(key, quoted(either(...texts)));

/** A number, bare or as a text, in any of the forms that xl knows, and in some that it does not. */
const number = (key: string, ...numbers: readonly number[]): fc.Arbitrary<string> =>
  line(
    key,
    fc.constantFrom(...numbers).chain((n) => {
      const forms = [String(n), `0x${n.toString(16)}`, `0${n.toString(8)}`];
      const texts = [
        ...forms,
        `0X${n.toString(16).toUpperCase()}`,
        String(n),
        String(n),
        String(n),
        ` ${n}`,
        `+${n}`,
        `${n} `,
        `${n}MB`,
        '',
        '08',
      ];
      return fc.oneof(either(...forms, String(n), String(n)), quoted(either(...texts)));
    }),
  );

const list = (key: string, item: fc.Arbitrary<string>, most = 3): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(quoted(item), { maxLength: most }), either(', ', ',', ',\n         '), either('', ',', ' ', '\n'))
    .chain(([items, comma, end]) =>
      line(key, fc.constant(items.length === 0 ? '[ ]' : `[ ${items.join(comma)}${end}]`)),
    );

const mac = either(
  ...['00:16:3e:5a:01:02', '00:16:3E:5A:0B:0C', '0:16:3E:a:5:8F', '02:00:00:Ab:cD:eF', '00-16-3e-00-00-01'],
  ...['00:16:3e:xx:xx:xx', 'aa:bb', '', 'random'],
);

const vifWord = fc.oneof(
  mac.map((text) => `mac=${text}`),
  either('bridge=xenbr0', 'bridge=br-lan', 'bridge=virbr0', 'bridge= xenbr1', 'bridge='),
  either('ip=192.0.2.31', 'ip=192.0.2.31 ', 'ip=192.0.2.31 198.51.100.7', 'ip=2001:db8::5'),
  either('model=e1000', 'model=rtl8139', 'model=virtio-net', 'model=netfront'),
  either('type=ioemu', 'type=vif', 'type=netfront'),
  either(
    'script=vif-bridge',
    'script=/etc/xen/scripts/vif-route',
    'vifname=web1.0',
    'rate=10Mb/s',
    'rate=250KB/s@20ms',
  ),
  either('backend=router', 'gatewaydev=eth0', 'brige=xenbr0', 'trusted', 'note=a b'),
);

/** No word twice: of those xl takes each that it understands, the facts have the last. */
const vif = fc
  .tuple(
    fc.uniqueArray(vifWord, { maxLength: 5, selector: (word) => word.trim().replace(/=.*/, '') }),
    either(',', ',', ', ', ' ,', ' , '),
  )
  .map(([words, comma]) => words.join(comma));

const POSITIONS = ['xvda', 'xvda1', 'xvda2', 'xvda10', 'xvdb', 'sda', 'sda1', 'hda', 'hda1', 'hdb', 'hdc'];

const target = either('/dev/vg0/web1', '/srv/xen/web1.img', 'vg0/web1', '/srv/a b.img', '/dev/disk/by-id/x:1');
const disk = (vdev: string): fc.Arbitrary<string> =>
  fc.oneof(
    join(
      either('phy:', 'phy:', 'file:', 'file:', 'tap:aio:', 'tap2:aio:', 'tap:qcow:', 'tap:qcow2:', 'raw:', 'vhd:'),
      target,
      either(`,${vdev},`, `, ${vdev},`, `,ioemu:${vdev},`),
      either('w', 'r', 'rw', 'ro', ' w'),
    ),
    join(
      target,
      either(',', ',raw', ',qcow2', ', raw', ',vhd'),
      either(`,${vdev}`, `, ${vdev}`),
      maybe(either(',w', ',rw', ',r', ', ro')),
    ),
    join(
      either('', 'format=qcow2,', 'format=raw, '),
      either(`vdev=${vdev}`),
      either('', ',access=ro', ', access=rw', ',backendtype=qdisk', ',discard', ',script=block-x', ',backend=stubdom'),
      target.map((path) => `,target=${path}`),
    ),
    // Drives, with a disc and without.
    either(
      `,${vdev}:cdrom,r`,
      `,,${vdev},cdrom`,
      `/srv/iso/a.iso,,${vdev},cdrom`,
      `file:/srv/iso/a.iso,${vdev}:cdrom,r`,
    ),
    either(
      `phy:/dev/cdrom,${vdev}:cdrom,r`,
      `file:/srv/iso/a.iso,ioemu:${vdev}:cdrom,r`,
      `devtype=cdrom,vdev=${vdev},target=`,
    ),
  );

const disks = (most = 4): fc.Arbitrary<string> =>
  fc
    .uniqueArray(either(...POSITIONS), { maxLength: most })
    .chain((names) => fc.tuple(...names.map(disk)))
    .chain((all) => fc.tuple(fc.constant(all), quote, either('\n', '', ' ')))
    .chain(([all, sign, blank]) =>
      line('disk', fc.constant(`[${blank}${all.map((one) => `${sign}${one}${sign}`).join(`,${blank}`)}${blank}]`)),
    );

const bootPv = fc.oneof(
  join(
    line('bootloader', quoted(either('pygrub', '/usr/bin/pygrub', '/usr/lib/xen-4.1/bin/pygrub'))),
    maybe(setting('bootloader_args', '-q', '--entry 1', ' -q  x')),
  ),
  join(
    setting('bootloader', 'pygrub', '/usr/lib/xen/bin/pygrub'),
    list('bootloader_args', either('-q', '--kernel=/k', 'a b')),
  ),
  setting('kernel', '/boot/vmlinuz-2.6.32-xen', 'vmlinuz', './vmlinuz'),
  join(setting('kernel', '/boot/vmlinuz'), setting('ramdisk', '/boot/initrd.img', 'initrd')),
  join(setting('bootloader', 'pygrub'), setting('kernel', '/boot/vmlinuz')),
);

const commandLine = join(
  maybe(setting('root', '/dev/xvda2 ro', '/dev/sda1', ''), 2),
  maybe(setting('extra', '4 console=hvc0', 'xencons=tty clocksource=jiffies', '')),
  maybe(fc.oneof({ weight: 4, arbitrary: fc.constant('') }, setting('cmdline', 'root=/dev/xvda1 ro quiet', ''))),
);

const end = ['destroy', 'restart', 'preserve', 'rename-restart', 'coredump-destroy', 'coredump-restart', 'soft-reset'];

const common = fc.tuple(
  line('name', fc.oneof(quoted(either('web1', 'db.2_x', 'a b', 'Name-7')), either('7'))),
  maybe(setting('uuid', '6c1f6a4e-0000-4000-8000-0123456789ab', '6C1F6A4E-0000-4000-8000-0123456789AB')),
  maybe(number('memory', 64, 512, 1024, 4096), 5),
  maybe(number('maxmem', 1024, 8192)),
  maybe(number('vcpus', 1, 2, 8), 5),
  maybe(fc.oneof({ weight: 3, arbitrary: fc.constant('') }, number('maxvcpus', 8, 16))),
  disks(),
  list('vif', vif),
  maybe(setting('on_poweroff', ...end)),
  maybe(setting('on_reboot', ...end)),
  maybe(setting('on_crash', ...end)),
  maybe(setting('hostname', 'web1')),
  maybe(setting('dhcp', 'off')),
  maybe(setting('vcpu', '2')),
  maybe(setting('broadcast', '192.0.2.255')),
  maybe(list('vfb', either('vnc=1,vnclisten=127.0.0.1', 'type=vnc,vncdisplay=3,keymap=de'), 1)),
  maybe(setting('cpus', '0-3', 'all', '1,^2')),
);

const pv = join(maybe(setting('builder', 'generic', 'g')), maybe(setting('type', 'pv', 'p')), bootPv, commandLine);
const pvh = join(setting('type', 'pvh'), bootPv, commandLine);
const hvm = join(
  fc.oneof(
    setting('builder', 'hvm', 'hvm', 'hv', ''),
    setting('type', 'hvm'),
    fc.constant("builder='hvm'\ntype='hvm'\n"),
  ),
  maybe(setting('kernel', '/usr/lib/xen-4.1/boot/hvmloader', 'hvmloader', '/boot/vmlinuz'), 2),
  maybe(setting('bootloader', 'pygrub')),
  commandLine,
  maybe(setting('boot', 'dc', 'c', 'cd')),
  maybe(setting('device_model', '/usr/lib/xen/bin/qemu-dm')),
  maybe(line('vnc', either('1', '0'))),
  maybe(setting('vnclisten', '0.0.0.0')),
  maybe(setting('vncpasswd', 'geheim')),
  maybe(setting('usbdevice', 'tablet')),
  maybe(setting('serial', 'pty')),
  maybe(line('acpi', either('1', "'1'"))),
);

const shuffled = (kind: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(kind, common, maybe(either('# a guest\n', '#\n\n')))
    .map(([boot, others, comment]) => [comment, boot, ...others].join(''));

/** A configuration that xl may take, or refuse for one of its words; its lines follow xl's grammar. */
export const guestText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: shuffled(pv) },
  { weight: 3, arbitrary: shuffled(hvm) },
  { weight: 1, arbitrary: shuffled(pvh) },
);

/** Bytes between quotes that no character of UTF-8 has, or that are odd in a word of a fact. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['%', '*', ' ', '[', ']', 'é', '☃', '😀', '\ufeff', '\r', '\\n', '\\t', 'x='].map((text) =>
          Buffer.from(text),
        ),
      ),
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map((all) => Buffer.from(all.map((byte) => byte | 0x80))),
      fc.constantFrom(
        Buffer.from([0xed, 0xb2, 0x80]),
        Buffer.from([0xc3]),
        Buffer.from([0xf0, 0x9f, 0x98]),
        Buffer.from('sha256:'),
      ),
    ),
    { maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts));

const keys = either(
  ...['name', 'memory', 'kernel', 'extra', 'vif', 'disk', 'builder', 'type', 'on_crash', 'uuid', 'bootloader_args'],
  ...['unknown.key_9', 'vncpasswd', 'vfb', 'x'],
);
const stray = either(
  ...[
    'import os, re\n',
    'x = os.uname()[4]\n',
    'if x:\n  memory = 5\n',
    'a = "x\n',
    'vif = [ "x",\n',
    'a = 1\r\n',
    '-\n',
  ],
  ...['memory = 07\n', "disk = [ 'phy:/dev/a,xvda,w', 'phy:/dev/b,xvda,r' ]\n", "disk = [ 'file:/a,xvda,w!' ]\n"],
  ...[
    "disk = [ 'x', 'phy:/a,,w', 'phy:/a,xvda,w,q', 'phy:/a,?0,w' ]\n",
    "vif = 'mac=00:16:3e:00:00:01'\n",
    'vif = [ "=", "" ]\n',
  ],
  ...['vif = [ "mac", "=x,a=,b", "mac=zz,mac=00:16:3e:00:00:01" ]\n', 'disk = 5\n', 'memory = [ 5 ]\n', 'name = [ ]\n'],
);
const raw = fc
  .tuple(keys, fc.array(bytes, { maxLength: 3 }), either('text', 'list'), quote)
  .map(([key, items, form, sign]) => {
    const all = items.map((item) => Buffer.concat([Buffer.from(sign), item, Buffer.from(sign)]));
    const [first = Buffer.from('7')] = all;
    const value =
      form === 'text'
        ? [first]
        : [Buffer.from('[ '), ...all.flatMap((one) => [one, Buffer.from(', ')]), Buffer.from(']')];
    return Buffer.concat([Buffer.from(`${key} = `), ...value, Buffer.from('\n')]);
  });

/** Any file but an empty one, which the collector passes over: a good one, with lines beside it that are anything. */
export const anyFile: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(guestText, fc.constant('')),
    fc.array(
      fc.oneof(
        raw,
        stray.map((text) => Buffer.from(text)),
      ),
      { maxLength: 6 },
    ),
    fc.boolean(),
  )
  .map(([text, more, first]) => {
    const odd = Buffer.concat(more);
    return Buffer.concat(first ? [odd, Buffer.from(text)] : [Buffer.from(text), odd]);
  })
  .filter((file) => file.length > 0);
