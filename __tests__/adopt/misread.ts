const PV = 'name = "web1"\nkernel = "/k"\n';

/**
 * What an earlier reader made another guest of, or is easily read wrong; each tried on the real xl. A text, and what of
 * its description matters here.
 */
export const MISREAD: readonly (readonly [string, string, unknown])[] = [
  [
    'HVM is no PV guest that boots by pygrub',
    "name = 'win1'\nbuilder = 'hvm'\nmemory = 512\nboot = 'dc'\n",
    { type: 'hvm', boot: { source: 'firmware', kernel: undefined }, rest: new Map([['boot', 'dc']]) },
  ],
  [
    'HVM is not started from a kernel called hvmloader',
    "name = 'win1'\nbuilder = 'hvm'\nkernel = '/usr/lib/xen-4.0/boot/hvmloader'\n",
    { type: 'hvm', boot: { source: 'firmware', kernel: '/usr/lib/xen-4.0/boot/hvmloader' } },
  ],
  [
    'HVM with a kernel of its own starts that',
    "name = 'a'\ntype = 'hvm'\nkernel = '/boot/vmlinuz'\nextra = 'quiet'\nbootloader = 'pygrub'\n",
    { type: 'hvm', boot: { source: 'kernel', commandLine: 'quiet' } },
  ],
  ...['/boot/hvmloader-1', 'xhvmloader', '/boot/hvmloader/'].map(
    (kernel) =>
      [
        `HVM with the kernel ${kernel}`,
        `name = 'a'\ntype = 'hvm'\nkernel = '${kernel}'\n`,
        { boot: { source: 'kernel', kernel } },
      ] as const,
  ),
  ['PVH is no PV', "name = 'a'\ntype = 'pvh'\nkernel = '/k'\n", { type: 'pvh', boot: { source: 'kernel' } }],
  [
    'root and extra beside pygrub',
    "name = 'a'\nbootloader = '/usr/bin/pygrub'\nroot = '/dev/xvda2 ro'\nextra = '4'\n",
    {
      type: 'pv',
      boot: { source: 'bootloader', root: '/dev/xvda2 ro', extra: '4', commandLine: 'root=/dev/xvda2 ro 4' },
    },
  ],
  [
    'cmdline wins over root and extra',
    `${PV}cmdline = ''\nroot = '/dev/xvda1'\nextra = '4'\n`,
    { boot: { commandLine: '', cmdline: '', root: '/dev/xvda1', extra: '4' } },
  ],
  [
    'a vif has an ip, with the blank behind it',
    `${PV}vif = [ 'ip=192.0.2.31 ,mac=00:16:3E:5A:0B:0C' ]\n`,
    { vifs: [{ ip: '192.0.2.31 ', mac: '00:16:3e:5a:0b:0c', bridge: undefined }] },
  ],
  [
    'a vif has model, script, type and vifname',
    `${PV}vif = [ 'type=ioemu, model=e1000, script=vif-route, vifname=w.0, rate=1Mb/s, backend=r, x=y' ]\n`,
    {
      vifs: [
        {
          ...{ type: 'ioemu', model: 'e1000', script: 'vif-route', vifname: 'w.0', rate: '1Mb/s', backend: 'r' },
          other: [{ name: 'x', value: 'y' }],
        },
      ],
    },
  ],
  [
    'a vif without a MAC has none',
    `${PV}vif = [ '', 'bridge=br0', 'brige=br0' ]\n`,
    {
      vifs: [
        { index: 0, mac: undefined, noMac: undefined, bridge: undefined, other: [] },
        { index: 1, mac: undefined, bridge: 'br0' },
        { index: 2, mac: undefined, bridge: undefined, other: [{ name: 'brige', value: 'br0' }] },
      ],
    },
  ],
  [
    'a CD-ROM is no disk, and an empty drive has no target',
    `${PV}disk = [ ',hdc:cdrom,r', 'file:/srv/iso/a.iso,xvdb:cdrom,r', ',,hdd,cdrom', '/a.iso,,xvdc,devtype=cdrom' ]\n`,
    {
      disks: [
        { vdev: 'hdc', cdrom: true, target: '', format: 'empty', mode: 'r' },
        { vdev: 'hdd', cdrom: true, target: '', format: 'empty', mode: 'r' },
        { vdev: 'xvdb', cdrom: true, target: '/srv/iso/a.iso', format: 'raw', mode: 'r' },
        { vdev: 'xvdc', cdrom: true, target: '/a.iso', format: 'raw', mode: 'r' },
      ],
    },
  ],
  [
    'framebuffer, cpus, pci, weight and cap of a PV guest are kept',
    `${PV}vfb = [ 'vnc=1,vncdisplay=3' ]\ncpus = '0-3'\npci = [ '03:00.0' ]\ncpu_weight = 512\ncpu_cap = 50\n`,
    {
      rest: new Map<string, unknown>([
        ['vfb', ['vnc=1,vncdisplay=3']],
        ['cpus', '0-3'],
        ['pci', ['03:00.0']],
        ['cpu_weight', '512'],
        ['cpu_cap', '50'],
      ]),
    },
  ],
  [
    'a bootloader wins over a kernel',
    `${PV}bootloader = 'pygrub'\nramdisk = '/r'\n`,
    { boot: { source: 'bootloader', bootloader: 'pygrub', kernel: '/k', ramdisk: '/r' } },
  ],
  [
    'ioemu: is no part of a name, and tap:qcow: none of a path',
    `${PV}disk = [ 'file:/srv/a.img,ioemu:hda,w', 'tap:qcow:/srv/b.img,xvdb,w' ]\n`,
    {
      disks: [
        { vdev: 'hda', target: '/srv/a.img', format: 'raw' },
        { vdev: 'xvdb', target: '/srv/b.img', format: 'qcow' },
      ],
    },
  ],
  [
    'a MAC of bytes with one digit, and a placeholder that is none',
    `${PV}vif = [ 'mac=0:16:3E:1:2:a', 'mac=00:16:3e:xx:xx:xx,bridge=b' ]\n`,
    {
      vifs: [
        { mac: '00:16:3e:01:02:0a', noMac: undefined },
        { mac: undefined, noMac: '00:16:3e:xx:xx:xx', bridge: 'b' },
      ],
    },
  ],
  [
    'the end of a path is no format, and a path may have a blank',
    `${PV}disk = [ '/a.qcow2,,xvda,w', 'file:/a b.img,xvdb,w' ]\n`,
    {
      disks: [
        { target: '/a.qcow2', format: 'raw', mode: 'w' },
        { target: '/a b.img', vdev: 'xvdb' },
      ],
    },
  ],
  [
    'a vif or disk that is no list is none',
    `${PV}vif = 'mac=00:16:3e:00:00:01'\ndisk = 'phy:/dev/a,xvda,w'\n`,
    {
      ...{ vifs: [], disks: [] },
      rest: new Map([
        ['vif', 'mac=00:16:3e:00:00:01'],
        ['disk', 'phy:/dev/a,xvda,w'],
      ]),
    },
  ],
  [
    'numbers are texts too, and an action that is absent stays so',
    `${PV}memory = '0x200'\nmaxmem = '01000'\nvcpus = '2'\nmaxvcpus = ' 4'\non_crash = 'preserve'\n`,
    {
      memory: { text: '0x200', value: 512 },
      maxmem: { text: '01000', value: 512 },
      vcpus: { text: '2', value: 2 },
      maxvcpus: { text: ' 4', value: 4 },
      on: { poweroff: undefined, reboot: undefined, crash: 'preserve' },
    },
  ],
  [
    'of a key twice the last counts, and a vif is lost',
    `${PV}vif = [ 'bridge=a' ]\nvif = [ 'bridge=b' ]\nextra = 'x'\nextra = 'y'\n`,
    { vifs: [{ index: 0, bridge: 'b' }], boot: { extra: 'y' } },
  ],
  [
    'a list where a text belongs counts for nothing, and keys that xl does not know stay',
    `${PV}memory = [ 512 ]\nbuilder = [ 'hvm' ]\nvcpu = 2\nhostname = 'web1'\n`,
    {
      ...{ type: 'pv', memory: undefined },
      rest: new Map<string, unknown>([
        ['memory', ['512']],
        ['builder', ['hvm']],
        ['vcpu', '2'],
        ['hostname', 'web1'],
      ]),
    },
  ],
  ['a number beyond what counts is none', `${PV}memory = '12MB'\nvcpus = ''\n`, { memory: { value: undefined } }],
  ...[
    ['', 'hvm'],
    ['h', 'hvm'],
    ['hvm', 'hvm'],
    ['g', 'pv'],
    ['generic', 'pv'],
  ].map(([builder, type]) => [`builder '${builder}'`, `${PV}builder = '${builder}'\n`, { type }] as const),
  ...[
    ['', 'hvm'],
    ['p', 'pv'],
    ['pv', 'pv'],
    ['pvh', 'pvh'],
    ['hv', 'hvm'],
  ].map(([word, type]) => [`type '${word}'`, `${PV}type = '${word}'\n`, { type }] as const),
  ['builder and type that agree', `${PV}builder = 'h'\ntype = 'hvm'\n`, { type: 'hvm' }],
];

/** What xl refuses, and what the description says of it. */
export const REFUSED: readonly (readonly [string, string, unknown])[] = [
  ...['hvm-x', 'HVM', 'pv', 'pvh', 'linux', '7'].map(
    (word) => [`builder '${word}'`, `${PV}builder = '${word}'\n`, { type: undefined }] as const,
  ),
  ...['HVM', 'generic', 'g', 'x'].map(
    (word) => [`type '${word}'`, `${PV}type = '${word}'\n`, { type: undefined, boot: { source: undefined } }] as const,
  ),
  ['builder and type that contradict', `${PV}builder = 'hvm'\ntype = 'pv'\n`, { type: undefined }],
  ['nothing to start from', 'name = "a"\n', { type: 'pv', boot: { source: undefined } }],
  ['nothing to start PVH from', 'name = "a"\ntype = "pvh"\n', { type: 'pvh', boot: { source: undefined } }],
  ['no name', 'kernel = "/k"\n', { name: undefined }],
  [
    'a disk with w! of xm',
    `${PV}disk = [ 'phy:/dev/a,xvda,w!' ]\n`,
    { disks: [{ vdev: 'xvda', mode: 'w!' }], oddDisks: [] },
  ],
  [
    'two commas without a prefix',
    `${PV}disk = [ '/dev/vg/x,xvda,w' ]\n`,
    { disks: [], oddDisks: [{ name: '?0', words: [{ name: 'odd', value: '/dev/vg/x,xvda,w' }] }] },
  ],
  ['Python', `import os\n${PV}`, { name: 'web1', odd: ['import os'] }],
  ['a comment without an end', `${PV}# end`, { name: 'web1', odd: ['# end'] }],
  ['a number in capitals', `${PV}memory = 0x1F\n`, { odd: ['memory = 0x1F'] }],
];
