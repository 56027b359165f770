import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCommand } from '../engine/binary';
import type { Contender } from './deploy-contender';
import type { PlainHost } from '../bed/plain-host';

/** A file as it is to be on the host. */
interface Wanted {
  readonly path: string;
  readonly mode: string;
}

/**
 * The playbook that does the same: two tasks that copy in a loop, the network's files and the guests'. Files that a
 * deploy only sets keys in are copied whole, which is less work than a task per key.
 */
function playbook(files: readonly Wanted[]): string {
  const task = (name: string, wanted: readonly Wanted[]) => ({
    name,
    copy: {
      src: 'files{{ item.path }}',
      dest: '{{ item.path }}',
      mode: '{{ item.mode }}',
      owner: 'root',
      group: 'root',
    },
    loop: wanted,
  });
  const isGuest = ({ path }: Wanted): boolean => path.startsWith('/etc/xen/guest');
  const play = {
    hosts: 'all',
    gather_facts: false,
    tasks: [
      task(
        'the host and its bridge',
        files.filter((file) => !isGuest(file)),
      ),
      task('the guests', files.filter(isGuest)),
    ],
  };
  // JSON is YAML.
  return JSON.stringify([play], undefined, 2);
}

/**
 * Ansible with its own settings, or with pipelining on, its documented way to be faster.
 *
 * @param written what a deploy of ours has left on the host
 * @throws Error where Ansible is not installed; lab/setup.sh does that
 */
export function ansibleContender(host: PlainHost, tree: string, written: string, pipelining: boolean): Contender {
  const command = findCommand('ansible-playbook', process.env);
  if (command === undefined) throw new Error('ansible-playbook is missing: "bash lab/setup.sh bench" installs it');
  const directory = host.folder(pipelining ? 'ansible-pipelining' : 'ansible');
  const files = [...written.matchAll(/^(\/\S+) (\d+) \S+$/gm)].map(([, path = '', mode = '']) => ({
    path,
    mode: mode.padStart(4, '0'),
  }));
  for (const { path } of files) {
    const target = join(directory, 'files', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, host.bed.read(path));
  }
  writeFileSync(join(directory, 'playbook.yml'), playbook(files));
  writeFileSync(
    join(directory, 'inventory'),
    `xen01 ansible_ssh_common_args='-F ssh_config' ansible_python_interpreter=/usr/bin/python3\n`,
  );
  const environment = {
    ANSIBLE_HOME: directory,
    ANSIBLE_LOCAL_TEMP: join(directory, 'tmp'),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(directory, 'cp'),
    ANSIBLE_PIPELINING: pipelining ? 'True' : 'False',
    ANSIBLE_NOCOLOR: '1',
    LC_ALL: 'C.UTF-8',
  };
  // From the tree's folder, since its ssh_config names known_hosts there.
  const script = 'cd "$1" && exec "$2" -i "$3/inventory" "$3/playbook.yml"';
  return {
    name: pipelining ? 'Ansible, pipelining on' : 'Ansible, as it comes',
    mostRounds: 3,
    idleSays: /^xen01 .* changed=0 .* failed=0 /m,
    forget: () => undefined,
    deploy: () => host.timed(['bash', '-c', script, 'bash', tree, command, directory], environment),
  };
}
