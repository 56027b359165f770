import { execFileSync } from 'node:child_process';

/** What bash has in K1, K2 and ONBOOT after it has sourced the files ifcfg-0, ifcfg-1 and so on: those that are set. */
export function sourced(directory: string, count: number): readonly Readonly<Record<string, string>>[] {
  const script = `exec 3>&1 >/dev/null 2>&1 </dev/null
    for ((at = 0; at < ${count}; at++)); do
      ( own=$BASHPID; trap '[ $BASHPID != $own ] || for key in K1 K2 ONBOOT; do [ -z "\${!key+set}" ] || printf "%s\\0%s\\0" "$key" "\${!key}" >&3; done' EXIT
        . ${directory}/ifcfg-$at )
      printf '\\0\\0' >&3
    done`;
  const out = execFileSync('bash', ['--norc', '-c', script], {
    encoding: 'latin1',
    env: { PATH: process.env['PATH'], HOME: '/root', LC_ALL: 'C' },
    cwd: directory,
  });
  const all: Record<string, string>[] = [{}];
  const words = out.split('\0');
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (words[at] === '') all.push({});
    else (all[all.length - 1] ?? {})[words[at] ?? ''] = words[at + 1] ?? '';
  }
  return all.slice(0, count);
}
