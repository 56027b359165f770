/** Engines that only say what they are, in a directory that can stand for PATH. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCommand } from '../../../lab/engine/binary';

export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'cdktf-xen-engine-'));
  readonly bin = join(this.root, 'bin');

  constructor() {
    mkdirSync(this.bin);
    for (const tool of ['sh', 'env', 'cat', 'sleep', 'node', 'npm']) {
      const found = findCommand(tool, process.env);
      if (found !== undefined) symlinkSync(found, join(this.bin, tool));
    }
  }

  /** A command that answers `version` as told, and `init` with the given script. */
  engine(name: string, version: string, init = 'exit 1'): string {
    const file = join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\nif [ "$1" = version ]; then echo '${version}'; exit 0; fi\n${init}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  file(name: string, content: string): string {
    const file = join(this.root, name);
    writeFileSync(file, content);
    return file;
  }

  /** The machine's environment: nothing of the real one but what is named here. */
  environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { PATH: this.bin, HOME: this.root, XDG_CACHE_HOME: join(this.root, 'cache'), ...more };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
