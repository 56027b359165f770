import type { Bed } from '../../lab/bed/bed';
import { runtimeFiles } from './runtime-files';

/** What a piece of the runtime did. */
export interface Ran {
  readonly status: number;
  /** Lines for whoever watches. */
  readonly said: string;
}

/** A run's folder on a host, as a bundle is unpacked there, for pieces of the runtime. */
export class RunFolder {
  private constructor(
    private readonly bed: Bed,
    public readonly path: string,
  ) {}

  public static make(bed: Bed, name = 'test'): RunFolder {
    const folder = new RunFolder(bed, `/var/lib/cdktf-xen/run/${name}`);
    for (const [file, text] of Object.entries(runtimeFiles())) bed.write(`${folder.path}/runtime/${file}`, text, 0o700);
    return folder;
  }

  /**
   * Runs a script there that has sourced host/base/common.sh and host/base/files.sh: as the program of a unit does, or as the processes of a
   * switch, which go on whatever fails.
   */
  public async run(script: string, kind: 'apply' | 'switch' = 'apply', unit = 'domU-web1'): Promise<Ran> {
    const goOn = kind === 'switch' ? 'set +eE; trap - ERR' : '';
    const text = `cd ${this.path}; set -euo pipefail; exec 3>&1 >log 2>&1; export CDKTF_XEN_HOST=xen01 CDKTF_XEN_RUN=test
export CDKTF_XEN_UNIT=${unit}; . runtime/host/base/common.sh; . runtime/host/base/files.sh; ${goOn}
${script}`;
    const { status, stdout } = await this.bed.dom0(['bash', '-c', text]);
    return { status, said: stdout };
  }
}

const real = (program: string): string => `exec -a ${program} /.host/usr/bin/${program} "$@"\n`;

/** Puts a script before a program of the host, which sees its arguments and may end in its place. */
export function intercept(bed: Bed, program: string, script: string): void {
  bed.hide(program);
  bed.write(`/usr/bin/${program}`, `#!/bin/bash\n${script}\n${real(program)}`, 0o755);
}

/** Takes it away again. */
export function letThrough(bed: Bed, program: string): void {
  bed.write(`/usr/bin/${program}`, `#!/bin/bash\n${real(program)}`, 0o755);
}
