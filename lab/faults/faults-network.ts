import type { Fault, Target } from './fault';

/** Frames are lost, the carrier stays: the port hangs in a bridge that is down, whatever dom0 does at its end. */
const loseFrames = (port: string) =>
  `ip link add lan-dead type bridge 2>/dev/null; ip link set ${port} master lan-dead`;
const passFrames = (port: string) => `ip link set ${port} master lan0`;

async function inLan({ host }: Target, script: string): Promise<void> {
  await host.bed.lan(['bash', '-c', script]);
}

/** From the moment on at which everything is armed until the host is confirmed; files that are tidied up need no network. */
export const IN_WINDOW =
  /^deploy phase armed|^guardian setsid|^switch (phase|ifdown|mv|ifup|arping|sleep|brctl|cp #1)|^confirm phase/;

type Timeouts = Fault['timeouts'];

const suffix = (seconds: number, timeouts: Timeouts) => `for ${seconds} s${timeouts ? ', default timers' : ''}`;

export const dropped = (seconds: number, timeouts?: Timeouts): Fault => ({
  name: `frames lost ${suffix(seconds, timeouts)}`,
  at: IN_WINDOW,
  widely: true,
  seconds,
  timeouts,
  begin: (target) => inLan(target, loseFrames('lan-p0')),
  end: (target) => inLan(target, passFrames('lan-p0')),
});

export const unplugged = (seconds: number, timeouts?: Timeouts): Fault => ({
  name: `cable pulled ${suffix(seconds, timeouts)}`,
  at: IN_WINDOW,
  widely: true,
  seconds,
  timeouts,
  begin: ({ host }) => host.bed.link('eth0', 'down'),
  end: ({ host }) => host.bed.link('eth0', 'up'),
});

/** eth1's gateway answered before the switch and does not any longer. */
export const DEAD_UPLINK: Fault = {
  name: 'new uplink dead',
  begin: (target) => inLan(target, loseFrames('lan-p1')),
  end: (target) => inLan(target, passFrames('lan-p1')),
};

/** What is wrong is in the change itself. */
export const NOTHING: Fault = { name: 'nothing else', begin: () => Promise.resolve() };

/** A machine without an sshd takes the address that the host is to have. */
export const CONFLICT: Fault = {
  name: 'address conflict for 20 s',
  at: IN_WINDOW,
  seconds: 20,
  async begin({ host, tree }) {
    await host.bed.addNeighbour({ mac: '52:54:00:bb:00:07', address: `${tree.address}/24` });
  },
  async end({ host }) {
    await host.bed.guest('lan-n1')?.close();
  },
};
