import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Target } from './fault';
import type { FaultHost } from './fault-host';

const TRANSACTION = '/var/lib/cdktf-xen/net/current';
const SESSIONS = '^sshd: root';
const DEPLOY = 'carry[.]sh|^ssh -F ';

/** Only the process itself, as the kernel does it when memory is short: what it has started goes on. */
async function killByFile({ host }: Target, ...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await host.run(`read -r pid <${TRANSACTION}/${file} && [ -n "$pid" ] && kill -KILL "$pid"`);
  }
}

async function signalAll(host: FaultHost, signal: string): Promise<void> {
  await host.signalDom0(signal, `${SESSIONS}|runtime/|^timeout |ifup|ifdown`);
}

export const KILLS: readonly Fault[] = [
  {
    name: 'ssh sessions killed',
    widely: true,
    async begin({ host }) {
      await host.signalDom0('KILL', SESSIONS);
    },
  },
  {
    name: 'script killed',
    at: /^deploy /,
    kills: 'script',
    async begin({ host }) {
      await host.signalDom0('KILL', 'runtime/host/run[.]sh');
    },
  },
  {
    name: 'program of the unit killed, host/run.sh not',
    at: /^deploy /,
    kills: 'script',
    async begin({ host }) {
      // host/run.sh is the parent of the one that works.
      const lines = (await host.signalDom0('0', 'runtime/host/run[.]sh')).split('\n');
      const pids = lines.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b);
      await host.run(`kill -KILL ${pids.slice(1).join(' ')}`);
    },
  },
  {
    name: 'switcher killed',
    widely: true,
    at: /^(switch|confirm) /,
    begin: (target) => killByFile(target, 'switcher.pid'),
  },
  {
    name: 'guardian killed',
    widely: true,
    at: /^(guardian|switch|confirm) /,
    begin: (target) => killByFile(target, 'guardian.pid'),
  },
  {
    name: 'hangup for everything',
    widely: true,
    async begin({ host }) {
      await signalAll(host, 'HUP');
    },
  },
  {
    name: 'deploy killed',
    widely: true,
    kills: 'deploy',
    async begin({ host }) {
      await host.signalLan('KILL', DEPLOY);
    },
  },
  {
    name: 'deploy terminated',
    at: / (flock|install|phase|setsid|mv|ifup) /,
    kills: 'deploy',
    async begin({ host }) {
      await host.signalLan('TERM', DEPLOY);
    },
  },
  {
    name: 'power cut',
    widely: true,
    kills: 'power',
    async begin({ host }) {
      await host.bed.reboot();
    },
  },
];

/** Nobody is left on the host: the confirmation itself has to finish. */
export const BOTH_KILLED: Fault = {
  name: 'guardian and switcher killed',
  begin: (target) => killByFile(target, 'guardian.pid', 'switcher.pid'),
};

/** Holds the deploy back, so that its confirmation can't come in between. */
export async function withDeployHeld({ host, deploy }: Target, action: () => Promise<void>): Promise<void> {
  await host.signalLan('STOP', DEPLOY);
  while ((await host.signalDom0('0', 'runtime/host/network/confirmed')) !== '') await sleep(50);
  await action();
  await host.signalLan('CONT', DEPLOY);
  // The way into the namespaces has stopped with what it leads to.
  deploy.child.kill('SIGCONT');
}
