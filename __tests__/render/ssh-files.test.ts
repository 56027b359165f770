import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownHosts, sshConfig } from '../../lib/render/ssh-files';
import type { XenHostModel } from '../../lib/model/xen-host';
import { HOST_KEY, keyData, xenHost } from '../model/inputs';

const RSA_KEY = `ssh-rsa ${keyData('ssh-rsa', '\x01\x00\x01', Buffer.alloc(257, 7))}`;
const ECDSA_KEY = `ecdsa-sha2-nistp256 ${keyData('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 4))}`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(host: XenHostModel): void {
  writeFileSync(join(folder, 'ssh_config'), sshConfig(host));
  writeFileSync(join(folder, 'known_hosts'), knownHosts(host));
}

function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What the real ssh makes of the file. */
function settings(host: XenHostModel, alias: string): ReadonlyMap<string, string> {
  write(host);
  const answer = run('ssh', '-G', '-F', 'ssh_config', alias);
  expect([answer.status, answer.stderr]).toEqual([0, '']);
  return new Map(
    answer.stdout
      .trim()
      .split('\n')
      .map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const),
  );
}

const target = (change: object = {}) => ({ address: '192.0.2.10', hostKeys: [HOST_KEY], ...change });

test('the real ssh goes to the host as it was described', () => {
  const found = settings(
    xenHost({ ssh: target({ port: 2222, user: 'admin', identityFile: '/keys/id_xen' }) }),
    'xen01',
  );
  expect(Object.fromEntries(found)).toMatchObject({
    hostname: '192.0.2.10',
    port: '2222',
    user: 'admin',
    hostkeyalias: 'xen01',
    hostkeyalgorithms: 'ssh-ed25519',
    identityfile: '/keys/id_xen',
    identitiesonly: 'yes',
  });
});

test('host keys are always verified, nothing asks, and nothing of the user is forwarded', () => {
  expect(Object.fromEntries(settings(xenHost(), 'xen01'))).toMatchObject({
    stricthostkeychecking: 'true',
    userknownhostsfile: 'known_hosts',
    globalknownhostsfile: '/dev/null',
    updatehostkeys: 'false',
    checkhostip: 'no',
    batchmode: 'yes',
    forwardagent: 'no',
    forwardx11: 'no',
    clearallforwardings: 'yes',
    permitlocalcommand: 'no',
    requesttty: 'false',
  });
});

test('without an identity file the choice is left to ssh', () => {
  expect(settings(xenHost(), 'xen01').get('identitiesonly')).toBe('no');
});

test('the signatures of a key are asked for, the old one of CentOS 6 included', () => {
  const host = xenHost({ ssh: target({ hostKeys: [RSA_KEY, ECDSA_KEY, HOST_KEY] }) });
  const found = settings(host, 'xen01');
  expect(found.get('hostkeyalgorithms')).toBe('ecdsa-sha2-nistp256,ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa');
  expect(found.get('kexalgorithms')).toContain('diffie-hellman-group14-sha1');
  expect(found.get('pubkeyacceptedalgorithms')).toMatch(/,ssh-rsa$/);
});

test.each(['2001:db8::10', 'xen01.example.org'])('the address %s is taken as it is', (address) => {
  expect(settings(xenHost({ ssh: target({ address }) }), 'xen01').get('hostname')).toBe(address);
});

test('a jump host has an entry of its own, as strict as the other', () => {
  const jump = target({ address: 'jump.example.org', user: 'hop', hostKeys: [RSA_KEY] });
  const host = xenHost({ ssh: target({ jump }) });
  expect(settings(host, 'xen01').get('proxyjump')).toBe('xen01-jump');
  expect(Object.fromEntries(settings(host, 'xen01-jump'))).toMatchObject({
    hostname: 'jump.example.org',
    user: 'hop',
    hostkeyalias: 'xen01-jump',
    hostkeyalgorithms: 'rsa-sha2-512,rsa-sha2-256,ssh-rsa',
    stricthostkeychecking: 'true',
    forwardagent: 'no',
  });
});

test('the real ssh-keygen finds every key under the name of its machine, and under no other', () => {
  const jump = target({ address: 'jump.example.org', hostKeys: [RSA_KEY] });
  write(xenHost({ ssh: target({ hostKeys: [HOST_KEY, RSA_KEY, HOST_KEY], jump }) }));
  const keysOf = (name: string) =>
    run('ssh-keygen', '-F', name, '-f', 'known_hosts')
      .stdout.split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
  expect(keysOf('xen01')).toEqual([`xen01 ${HOST_KEY}`, `xen01 ${RSA_KEY}`]);
  expect(keysOf('xen01-jump')).toEqual([`xen01-jump ${RSA_KEY}`]);
  expect(keysOf('192.0.2.10')).toEqual([]);
});

test('the files do not depend on the order of the keys', () => {
  const first = xenHost({ ssh: target({ hostKeys: [HOST_KEY, RSA_KEY] }) });
  const second = xenHost({ ssh: target({ hostKeys: [RSA_KEY, HOST_KEY] }) });
  expect([sshConfig(first), knownHosts(first)]).toEqual([sshConfig(second), knownHosts(second)]);
});

test('a host that moves is the same machine with the same keys in both places', () => {
  const host = xenHost({ ssh: target({ address: '192.0.2.11', movesFrom: '192.0.2.10' }) });
  const [now, before] = ['xen01', 'xen01-former'].map((alias) => settings(host, alias));
  expect([now?.get('hostname'), before?.get('hostname')]).toEqual(['192.0.2.11', '192.0.2.10']);
  for (const key of ['hostkeyalias', 'hostkeyalgorithms', 'stricthostkeychecking', 'user', 'port']) {
    expect(before?.get(key)).toBe(now?.get(key));
  }
});
