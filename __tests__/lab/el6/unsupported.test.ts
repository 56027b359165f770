import { resolve } from 'node:path';
import { Bed } from '../../../lab/bed/bed';
import { CANONICAL, bridge, ifcfg, nic, type Files } from '../../../lab/el6/case';

jest.setTimeout(60_000);

const BEYOND: readonly (readonly [string, string, Files, string])[] = [
  ['a VLAN', 'eth0.100', ifcfg('eth0.100', 'DEVICE=eth0.100', 'VLAN=yes', 'ONBOOT=yes', 'BRIDGE=xenbr0'), 'VLAN'],
  ['a bond', 'bond0', ifcfg('bond0', 'DEVICE=bond0', 'BONDING_OPTS="miimon=100"', 'BRIDGE=xenbr0'), 'bonding'],
  ['DHCP', 'xenbr0', { ...CANONICAL, ...ifcfg('xenbr0', 'DEVICE=xenbr0', 'TYPE=Bridge', 'BOOTPROTO=dhcp') }, 'dhcp'],
  ['IPv6', 'xenbr0', { ...CANONICAL, ...bridge('xenbr0', 'IPV6INIT=yes', 'IPV6ADDR=2001:db8::10/64') }, 'IPv6'],
];

test.each(BEYOND)('%s is refused as beyond the stand-in', async (_what, name, files, word) => {
  const bed = await Bed.open({ el6Root: resolve(__dirname, '../../../lab/el6/stand-in') });
  try {
    for (const [path, text] of Object.entries(files)) bed.write(path, text);
    const result = await bed.dom0(['ifup', name]);
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('stand-in: not supported: ');
    expect(result.stderr).toContain(word);
    expect((await bed.state()).bridges).toEqual({});
  } finally {
    await bed.close();
  }
});

test('DHCP and IPv6 on an uplink are ignored as the real scripts do', async () => {
  const bed = await Bed.open({ el6Root: resolve(__dirname, '../../../lab/el6/stand-in') });
  try {
    const files = { ...CANONICAL, ...nic('eth0', 'BRIDGE=xenbr0', 'BOOTPROTO=dhcp', 'IPV6INIT=yes') };
    for (const [path, text] of Object.entries(files)) bed.write(path, text);
    expect((await bed.dom0(['ifup', 'eth0'])).status).toBe(0);
    expect((await bed.state()).bridges['xenbr0']?.ports).toHaveProperty('eth0');
  } finally {
    await bed.close();
  }
});
