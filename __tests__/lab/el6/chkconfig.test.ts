import { resolve } from 'node:path';
import { Bed } from '../../../lab/bed/bed';

jest.setTimeout(60_000);
let bed: Bed | undefined;

async function open(): Promise<Bed> {
  bed = await Bed.open({ el6Root: resolve(__dirname, '../../../lab/el6/stand-in') });
  bed.write('/etc/init.d/guard', '#!/bin/bash\n# chkconfig: 235 09 91\n# description: x\n', 0o755);
  return bed;
}

async function links(opened: Bed): Promise<string> {
  const found = await opened.dom0(['bash', '-c', 'cd /etc/rc.d && ls -d rc?.d/???guard']);
  return found.stdout.trim().replace(/\n/g, ' ');
}

afterEach(async () => {
  await bed?.close();
  bed = undefined;
});

test('add makes the links that the header asks for and leaves those that are there', async () => {
  const opened = await open();
  expect((await opened.dom0(['chkconfig', '--add', 'guard'])).status).toBe(0);
  const all =
    'rc0.d/K91guard rc1.d/K91guard rc2.d/S09guard rc3.d/S09guard rc4.d/K91guard rc5.d/S09guard rc6.d/K91guard';
  expect(await links(opened)).toBe(all);
  await opened.dom0(['chkconfig', 'guard', 'off']);
  await opened.dom0(['chkconfig', '--add', 'guard']);
  expect(await links(opened)).not.toContain('S09');
});

test('on and off change the usual levels or those that are named', async () => {
  const opened = await open();
  await opened.dom0(['chkconfig', 'guard', 'on']);
  expect(await links(opened)).toContain('rc4.d/S09guard');
  await opened.dom0(['chkconfig', '--level', '34', 'guard', 'off']);
  expect(await links(opened)).toMatch(/rc2.d\/S09guard rc3.d\/K91guard rc4.d\/K91guard rc5.d\/S09guard/);
  expect((await opened.dom0(['chkconfig', 'guard'])).status).toBe(1);
  await opened.dom0(['chkconfig', '--del', 'guard']);
  expect(await links(opened)).toBe('');
});

test('list shows the levels and says what is not there', async () => {
  const opened = await open();
  const list = await opened.dom0(['chkconfig', '--list', 'network']);
  expect(list.stdout).toBe('network        \t0:off\t1:off\t2:on\t3:on\t4:on\t5:on\t6:off\n');
  expect(await opened.dom0(['chkconfig', '--list', 'guard'])).toMatchObject({ status: 1, stdout: '' });
  const missing = await opened.dom0(['chkconfig', '--list', 'nosuch']);
  expect(missing).toMatchObject({ status: 1 });
  expect(missing.stderr).toContain('error reading information on service nosuch: No such file or directory');
});
