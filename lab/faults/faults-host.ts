import type { Fault, Target } from './fault';
import { withDeployHeld } from './faults-kill';
import { IN_WINDOW } from './faults-network';

const gone = (program: string): Fault => ({
  name: `${program} gone`,
  at: IN_WINDOW,
  widely: true,
  begin({ host }) {
    host.bed.hide(program);
    return Promise.resolve();
  },
  end: ({ host }) => host.boundaries.intercept(program),
});

const replaced = (name: string, program: string, text: string): Fault => ({
  name,
  at: IN_WINDOW,
  widely: true,
  begin: ({ host }) => host.boundaries.replace(program, text),
  end: ({ host }) => host.boundaries.replace(program),
});

/** To the last byte, whoever makes room meanwhile: deleted files of others come back as free blocks. */
const filled = (name: string, place: string): Fault => ({
  name,
  at: IN_WINDOW,
  widely: true,
  async begin({ host }) {
    await host.run(`head -c 300M /dev/zero >${place}/filler 2>/dev/null; head -c 1 /dev/zero >${place}/filler2`);
  },
  async end({ host }) {
    await host.run(`rm -f ${place}/filler ${place}/filler2`);
  },
});

/** With the small file system that a bed of `varSizeKiB` has. */
export const VAR_FULL = filled('/var/lib full', '/var/lib');

export const HOST_FAULTS: readonly Fault[] = [
  gone('brctl'),
  gone('ifup'),
  replaced('ifup fails', 'ifup', '#!/bin/bash\nexit 1\n'),
  replaced('ifup hangs', 'ifup', '#!/bin/bash\nsleep 100000\n'),
  replaced('ifup 12 s slow', 'ifup', '#!/bin/bash\nsleep 12\nexec /.faults/real/ifup.saved "$@"\n'),
  replaced('ifdown hangs', 'ifdown', '#!/bin/bash\nsleep 100000\n'),
  filled('all file systems full', ''),
];

/** Somebody works against us at the console while the confirmation is waited for. */
const byHand = (name: string, command: (target: Target) => string): Fault => ({
  name,
  async begin(target) {
    await withDeployHeld(target, async () => {
      // Once it is confirmed, what is done by hand is the admin's own business.
      await target.host.run(`! grep -qs '^awaiting' /var/lib/cdktf-xen/net/current/phase || { ${command(target)}; }`);
    });
  },
});

export const BY_HAND: readonly Fault[] = [
  byHand('bridge deleted by hand', ({ tree }) => `ip link delete ${tree.bridge}`),
  byHand('address flushed by hand', ({ tree }) => `ip address flush dev ${tree.bridge}`),
];
