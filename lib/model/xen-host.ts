import { Checklist } from './errors';
import { flag, integer, oneOf, whenOmitted } from './fields';
import { dnsName, hostName } from './names';
import { show } from './show';
import { type SshTarget, type SshTargetInput, sshTarget } from './ssh-target';
import { type XenVersion, xenVersion } from './xen-version';

/** What xendomains does with running guests when the host shuts down. */
export const AT_SHUTDOWN = ['shut-down', 'save', 'unmanaged'] as const;
export type AtShutdown = (typeof AT_SHUTDOWN)[number];

/** A dom0: a CentOS 6 machine with Xen and xl. */
export interface XenHostModel {
  readonly name: string;
  readonly ssh: SshTarget;
  readonly hostname: string | undefined;
  readonly memoryMiB: number;
  readonly dom0MemoryMiB: number;
  /** Physical CPUs, if known: no guest may have more vcpus. */
  readonly cpus: number | undefined;
  readonly xenVersion: XenVersion;
  readonly guestsAtShutdown: AtShutdown;
  /** Whether a plan asks the host if it still is as the last deploy left it. */
  readonly driftDetection: boolean;
}

/** A host as given. */
export interface XenHostInput {
  readonly name: string;
  readonly ssh: SshTargetInput;
  readonly hostname?: string;
  readonly memoryMiB: number;
  readonly dom0MemoryMiB?: number;
  readonly cpus?: number;
  readonly xenVersion?: string;
  readonly guestsAtShutdown?: string;
  readonly driftDetection?: boolean;
}

/** @throws ValidationError with every problem of the host */
export function defineXenHost(input: XenHostInput): XenHostModel {
  const check = new Checklist(`host ${show(input.name)}`);
  const model: XenHostModel = {
    name: check.field(() => hostName(input.name)),
    ssh: sshTarget(check, input.ssh),
    hostname: check.field(() => (input.hostname === undefined ? undefined : dnsName('hostname', input.hostname))),
    memoryMiB: check.field(() => integer('memoryMiB', input.memoryMiB, { min: 256, max: 16_777_216 })),
    dom0MemoryMiB: check.field(() =>
      integer('dom0MemoryMiB', whenOmitted(input.dom0MemoryMiB, 1024), { min: 128, max: 1_048_576 }),
    ),
    cpus: check.field(() =>
      input.cpus === undefined ? undefined : integer('cpus', input.cpus, { min: 1, max: 4096 }),
    ),
    xenVersion: check.field(() => xenVersion('xenVersion', whenOmitted(input.xenVersion, '4.6'))),
    guestsAtShutdown: check.field(() =>
      oneOf<AtShutdown>('guestsAtShutdown', whenOmitted(input.guestsAtShutdown, 'shut-down'), AT_SHUTDOWN),
    ),
    driftDetection: check.field(() => flag('driftDetection', whenOmitted(input.driftDetection, true))),
  };
  if (check.clean && model.dom0MemoryMiB > model.memoryMiB) {
    check.problem(`dom0MemoryMiB ${model.dom0MemoryMiB} is more than the host's memoryMiB ${model.memoryMiB}`);
  }
  check.done();
  return Object.freeze(model);
}
