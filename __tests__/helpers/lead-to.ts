import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Has a host's tree lead to another machine than the stack says, as a name does whose owner moves it: synth can't know,
 * and whoever deploys finds out.
 */
export function leadTo(tree: string, host: string, ssh: { address: string; hostKeys: readonly string[] }): void {
  const edit = (file: string, change: (text: string) => string): void => {
    const before = readFileSync(join(tree, file), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${file} of ${host} leads there already`);
    writeFileSync(join(tree, file), after);
  };
  edit('ssh_config', (text) => text.replace(/^ {2}HostName .*$/m, `  HostName ${ssh.address}`));
  const keys = ssh.hostKeys.map((key) => `${host} ${key}\n`).join('');
  if (!readFileSync(join(tree, 'known_hosts'), 'utf8').startsWith(keys)) edit('known_hosts', () => keys);
}
