import { rmSync, symlinkSync } from 'node:fs';

interface Root {
  path(path: string): string;
  read(path: string): string;
  write(path: string, text: string, mode?: number): void;
  exists(path: string): boolean;
  remove(path: string): void;
}

/** Where the programs are that CentOS 6's stand before, see ../el6/strict/lay.sh. */
const REAL = '/.strict/real';

/** dom0's programs: the machine's, behind something that refuses what CentOS 6's would. */
export class Programs {
  constructor(
    private readonly root: Root,
    private readonly strict: boolean,
  ) {}

  /** Puts a program in the place of dom0's. What CentOS 6's of that name would refuse never gets to it. */
  replace(name: string, text: string): void {
    if (this.stands(name)) {
      this.root.remove(`${REAL}/${name}`);
      this.root.write(`${REAL}/${name}`, text, 0o755);
    } else {
      this.hide(name);
      this.root.write(`/usr/sbin/${name}`, text, 0o755);
    }
  }

  /** Puts the machine's own program back. */
  restore(name: string): void {
    if (!this.stands(name)) throw new Error(`bed: no program ${name} of the machine's in dom0`);
    const place = this.root.path(REAL);
    rmSync(`${place}/${name}`, { force: true });
    symlinkSync(`../../.host/usr/bin/${name}`, `${place}/${name}`);
  }

  /** Takes a program away, wherever a PATH finds it. */
  hide(name: string): void {
    for (const folder of ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'usr/local/bin'])
      this.root.remove(`/${folder}/${name}`);
  }

  /** What has been refused until now, a line each, whatever the script that asked has made of it. */
  refusals(): string[] {
    return this.strict ? this.root.read('/.strict/log').split('\n').filter(Boolean) : [];
  }

  private stands(name: string): boolean {
    return this.strict && this.root.exists(`${REAL}/${name}`);
  }
}
