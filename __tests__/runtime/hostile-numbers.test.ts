import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/* What xenstore (a guest may write there), xl and the kernel say is never run, whatever it looks like. */

const RUNTIME = join(__dirname, '../../lib/runtime');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-numbers-'));
  for (const name of ['bin', 'net/br0/brif/eth0', 'files/etc/xen']) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(RUNTIME, join(folder, 'runtime'));
  writeFileSync(join(folder, 'files/etc/xen/web1'), 'memory = 1024\nmaxmem = 2048\nvcpus = 2\n');
});

afterEach(() => {
  expect(existsSync(join(folder, 'canary'))).toBe(false);
  rmSync(folder, { recursive: true, force: true });
});

/** A program that says what it is told to, by its first word. */
function standIn(name: string, says: Readonly<Record<string, string>>): void {
  const cases = Object.entries(says).map(([word, text]) => `*${word}*) cat <<'END'\n${text}\nEND\n;;`);
  writeFileSync(join(folder, 'bin', name), `#!/bin/bash\ncase "$*" in\n${cases.join('\n')}\nesac\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

/** Calls a function of these files as an apply or a probe does. */
function call(files: readonly string[], script: string): string {
  const code = `set -euo pipefail
    domid=3 DOMU=web1 CONFIG=/etc/xen/web1 STATE=$PWD CDKTF_XEN_UNIT=domU-web1 VIFS=() NET=$PWD/net
    fail() { printf 'error: %s\\n' "$@"; exit 1; }
    bridge_of() { :; }
    ports_of() { ls "$NET/$1/brif"; }
    . runtime/both/numbers.sh
    ${files.map((file) => `. runtime/${file}.sh`).join('\n')}
    touch possible waiting
    ${script}`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', code], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' },
  });
  return stdout + stderr;
}

const hostile = () => `UID[$(touch\${IFS}${folder}/canary)]`;
const INFO = 'free_memory            : 100';

test.each(['memory/target', 'memory/static-max'])('xenstore says code for %s of a running guest', (key) => {
  standIn('xenstore-read', { 'memory/target': '1048576', 'memory/static-max': '1048576', [key]: hostile() });
  standIn('xl', { info: INFO });
  expect(call(['host/facts/xen', 'host/guest/config', 'host/guest/change'], 'memory_changes; cat possible')).toContain(
    `error: it is not known what xenstore has under /local/domain/3/${key}\nerror: 'UID[$(touch\${IFS}`,
  );
});

test('xenstore says more than bash can count with', () => {
  standIn('xenstore-read', { 'memory/target': '9'.repeat(30) });
  standIn('xl', { info: INFO });
  expect(call(['host/facts/xen', 'host/guest/config', 'host/guest/change'], 'memory_changes')).toContain(
    `'${'9'.repeat(30)}' is no number`,
  );
});

test('xl says code for free memory', () => {
  standIn('xenstore-read', { target: '524288', 'static-max': '1048576' });
  standIn('xl', { info: `free_memory : ${hostile()}`, list: 'Name ID Mem\nweb1 3 512' });
  const refused = "error: it is not known how much memory the host has free\nerror: xl info has free_memory 'UID[$(";
  expect(call(['host/facts/xen', 'host/guest/config', 'host/guest/change'], 'memory_changes')).toContain(refused);
  expect(call(['host/facts/xen', 'host/guest/reboot'], 'if has_room_to_reboot; then echo room; fi')).toContain(refused);
  expect(call(['host/facts/xen', 'host/guest/preflight'], 'check_memory')).toContain(refused);
});

test('xl says code for a domain of its list', () => {
  standIn('xl', { info: INFO, list: `Name ID Mem VCPUs State Time(s)\nweb1 3 ${hostile()} 1 -b---- 0.1` });
  expect(call(['host/facts/xen'], 'find_domain web1; echo "<$domid>"')).toContain(
    'error: it is not known which guests run\nerror: xl list says something that is not understood: web1 3 UID[$(',
  );
  standIn('xl', { info: INFO, list: 'Name ID Mem VCPUs State Time(s)\nweb1 3 64 1 -b---- 0.1' });
  standIn('xenstore-ls', {
    backend: `/local/domain/0/backend/vif/3/${hostile().replaceAll('/', '_')}/mac = "00:16:3e:00:00:01"`,
  });
  expect(call(['host/facts/xen', 'host/guest/preflight', 'host/guest/change'], 'vif_changes')).toContain(
    "error: the index of an interface of domain 3 (xl network-list) is 'UID[$(",
  );
});

test('the facts of a guest have code in xenstore as what it is', () => {
  standIn('xenstore-read', { target: `${hostile()}\n/vm/x` });
  standIn('xl', { info: INFO, list: 'Name ID Mem VCPUs State Time(s)\nweb1 3 64 1 -b---- 0.1' });
  const parts = ['words', 'link-names', 'xen', 'xenstore', 'guests'].map((name) => `host/facts/${name}`);
  expect(call(parts, 'kinds=domain; print_guest_facts')).toContain('unknown domain xenstore%20has%20');
});

test("a MAC's parts and a port's number are read as what they are", () => {
  writeFileSync(join(folder, 'net/br0/brif/eth0/port_no'), `0x1+${hostile()}\n`);
  standIn('brctl', { showmacs: 'port no\tmac addr\n  1\t00:16:3e:00:00:01\tno\t1.00' });
  expect(call(['host/facts/wire'], 'seen_on br0 00:16:3e:00:00:01')).toBe('port-1 1.00\n');
  writeFileSync(join(folder, 'net/br0/brif/eth0/port_no'), '0x1\n');
  expect(call(['host/facts/wire'], 'seen_on br0 00:16:3e:00:00:01')).toBe('eth0 1.00\n');
  expect(call(['host/facts/wire'], 'link_local 00:16:3e:00:00:01')).toBe('fe80::216:3eff:fe00:1\n');
  expect(call(['host/facts/wire'], `link_local '0,${hostile()}:16:3e:00:00:01' || echo no MAC`)).toBe('no MAC\n');
});
