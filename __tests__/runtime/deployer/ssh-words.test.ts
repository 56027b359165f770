import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshOptions } from '../../../lib';
import { HOST_KEY, synthTree, testApp, testHost } from '../../helpers/estate';
import { run } from '../../helpers/program';

/* What is made of ssh's own words: "cannot reach" is said only of what could not be reached. */

const LIB = join(__dirname, '../../../lib');

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ssh-words-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function treeOf(ssh: Partial<SshOptions>, change: (config: string) => string = (config) => config): string {
  const host = { ssh: { address: '127.0.0.1', port: 9, hostKeys: [HOST_KEY], ...ssh } };
  const tree = synthTree(testHost(testApp(), { host }).app);
  const file = join(tree, 'ssh_config');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return tree;
}

/** What the real ssh, nobody listening at the host's address, makes the deployer say. */
async function said(tree: string): Promise<readonly string[]> {
  const env = { HOME: home, TMPDIR: home, CDKTF_XEN_TREE: tree };
  const words: string[] = [];
  for (const args of [
    ['observe.sh', 'xen01'],
    ['observe.sh', 'xen01', 'report'],
    ['carry.sh', 'show', 'xen01', 'host'],
  ]) {
    const [name = '', ...rest] = args;
    const { status, stderr } = await run(['bash', join(tree, '../../../runtime/deployer', name), ...rest], home, env);
    expect(status).toBe(1);
    words.push(stderr);
  }
  return words;
}

const jump = { address: '127.0.0.1', port: 10, hostKeys: [HOST_KEY] };

test.each<[string, Partial<SshOptions>, string]>([
  ['a host', {}, 'cannot reach 127.0.0.1 port 9: is the host up, and is the address right? Nothing was changed.'],
  [
    'a jump host',
    { jump },
    'cannot reach 127.0.0.1 port 10, the jump host of 127.0.0.1 port 9: is the host up, and is the address right?',
  ],
  [
    'a jump host whose name nobody knows',
    { jump: { ...jump, address: 'no-such-host.invalid' } },
    'cannot resolve no-such-host.invalid (no-such-host.invalid port 10, the jump host of 127.0.0.1 port 9): is the name right',
  ],
])('%s that is not there is named', async (_, ssh, sentence) => {
  for (const words of await said(treeOf(ssh))) expect(words).toContain(`xen01: error: ${sentence}`);
});

test.each([
  ['an option that nobody knows', '  NoSuchOption yes', 'Bad configuration option: nosuchoption'],
  ['a cipher that nobody knows', '  Ciphers no-such-cipher', "Bad SSH2 cipher spec 'no-such-cipher'"],
  ['a port that is none', '  Match all\n  Port none', "Bad port 'none'"],
])('%s is told as ssh tells it, and is no host that cannot be reached', async (_, line, own) => {
  for (const words of await said(treeOf({}, (config) => `${config.trimEnd()}\n${line}\n`))) {
    expect(words).toContain(own);
    expect(words).toMatch(/xen01: error: ssh on this machine has failed before it came to .*, see above/);
    expect(words).not.toContain('cannot reach');
  }
});

/** The last line that a text of ssh's is answered with. */
function answer(text: string, ssh: Partial<SshOptions> = {}): string {
  const tree = treeOf({ identityFile: '~/.ssh/id_xen', ...ssh });
  const script = `set -euo pipefail; host=xen01; machine=xen01 via=main; cd "$0"; . runtime/deployer/connection.sh
    cd "$1"; cannot_log_in "$2"`;
  const { stderr } = spawnSync('bash', ['--norc', '-c', script, LIB, tree, text], {
    encoding: 'utf8',
    env: { ...process.env, HOME: home },
  });
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

test.each([
  [
    '',
    /ssh has ended without a word .* no host key's type, cipher or key exchange in common; .*: ssh -v -F \/\S+ xen01 true\./,
  ],
  [
    'root@127.0.0.1: Permission denied (publickey).',
    /none of our keys: .* agent; \S+\/\.ssh\/id_xen can not be read here;/,
  ],
  ['Load key "/id": bad permissions\nroot@127.0.0.1: Permission denied (publickey).', /none of our keys/],
  ['Host key verification failed.', /does not have the host keys that the stack names/],
  ['/bin/sh: line 1: exec: ssh: not found', /ssh on this machine has failed before it came to/],
  ['ssh: error while loading shared libraries: libc.so.6: cannot open', /ssh on this machine has failed/],
  ['Control socket connect(/tmp/s): Connection refused', /ssh on this machine has failed before/],
  ['Control socket connect(/tmp/s): Connection refused\nssh: connect to host h port 22: No route', /cannot reach/],
  ['Control socket connect(/tmp/s): Connection refused\nroot@h: Permission denied (publickey).', /none of our keys/],
  ['kex_exchange_identification: Connection closed by remote host', /cannot reach/],
])("'%s' is answered", (text, sentence) => {
  expect(answer(text)).toMatch(sentence);
});

test.each([
  [
    'kex_exchange_identification: Connection closed by remote host',
    'cannot reach 127.0.0.1 port 9 from its jump host, 127.0.0.1 port 10: ',
  ],
  [
    'stdio forwarding failed\nkex_exchange_identification: Connection closed',
    'cannot reach 127.0.0.1 port 9 from its jump host, 127.0.0.1 port 10: ',
  ],
  [
    'root@j: Permission denied (publickey).\nkex_exchange_identification: closed',
    '127.0.0.1 port 10, the jump host of 127.0.0.1 port 9 is the right machine',
  ],
  [
    'Host key verification failed.\nkex_exchange_identification: closed',
    'the machine at 127.0.0.1 port 10, the jump host of 127.0.0.1 port 9 does not have',
  ],
  ['root@h: Permission denied (publickey).', '127.0.0.1 port 9 is the right machine but lets us in'],
])("where there is a jump host, '%s' is answered", (text, sentence) => {
  expect(answer(text, { jump })).toContain(`xen01: error: ${sentence}`);
});
