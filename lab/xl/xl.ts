/** The real `xl create -n` as a parser: what xl itself makes of a guest's configuration, without a hypervisor. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The part of xl's description of a domain that tests ask for. */
export interface XlDomain {
  readonly c_info: { readonly type: string; readonly name: string };
  readonly b_info: {
    readonly target_memkb?: number;
    readonly max_memkb?: number;
    readonly max_vcpus?: number;
    readonly kernel?: string;
    readonly ramdisk?: string;
    readonly cmdline?: string;
    readonly bootloader?: string;
    readonly bootloader_args?: readonly string[];
  };
  readonly disks?: readonly {
    readonly pdev_path: string;
    readonly vdev: string;
    readonly format: string;
    readonly readwrite?: number;
    readonly script?: string;
    readonly is_cdrom?: number;
    readonly backend?: string;
    readonly backend_domname?: string;
    readonly discard_enable?: string;
  }[];
  readonly nics?: readonly {
    readonly devid: number;
    readonly mac?: string;
    readonly bridge?: string;
    readonly ip?: string;
    readonly script?: string;
    readonly model?: string;
    readonly nictype?: string;
    readonly ifname?: string;
    readonly backend_domname?: string;
    readonly gatewaydev?: string;
    readonly rate_bytes_per_interval?: number;
    readonly rate_interval_usecs?: number;
  }[];
  readonly on_poweroff?: string;
  readonly on_reboot?: string;
  readonly on_crash?: string;
}

/** What xl says about one configuration. */
export interface XlAnswer {
  /** Its exit status: 0 = accepted. */
  readonly status: number;
  /** The domain that it would create; undefined where it refuses. */
  readonly domain: XlDomain | undefined;
  /** Every line on its standard error. xl accepts much that it only grumbles about, so a tidy file causes none. */
  readonly complaints: readonly string[];
}

/** Where things are; other places are for tests. */
export interface XlPlaces {
  /** Debian has a folder `xen-4.17` per release here. */
  readonly libraries?: string;
  readonly compiler?: string;
  readonly cache?: string;
}

/** A dry run takes 20 ms; a machine that needs longer than this hangs. */
const TIMEOUT_MILLISECONDS = 30_000;

function releaseNumbers(folder: string): readonly [number, number] {
  const [, major, minor] = /^xen-([0-9]+)\.([0-9]+)$/.exec(folder) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

/** The newest xl of the machine; not the wrapper on PATH, which refuses to run without Xen. */
function findXl(libraries: string): string {
  let folders: string[] = [];
  try {
    folders = readdirSync(libraries).filter((name) => name.startsWith('xen-'));
  } catch {
    // No such folder: there is no xl either.
  }
  const newestFirst = folders
    .map((folder) => ({ folder, release: releaseNumbers(folder) }))
    .sort((a, b) => b.release[0] - a.release[0] || b.release[1] - a.release[1]);
  for (const { folder } of newestFirst) {
    const xl = join(libraries, folder, 'bin', 'xl');
    try {
      accessSync(xl);
      return xl;
    } catch {
      // A release of which only the library is installed.
    }
  }
  throw new Error(`no xl in ${libraries}/xen-*/bin: install Debian's package xen-utils-4.17 (or the release at hand)`);
}

function defaultCache(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'cdktf-xen-lab', 'xl');
}

/** Compiles the stand-in once per source, into a cache. */
function compile(compiler: string, cache: string): string {
  const source = join(__dirname, 'no-hypervisor.c');
  const version = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const library = join(cache, `no-hypervisor-${version}.so`);
  try {
    accessSync(library);
    return library;
  } catch {
    // Not compiled yet.
  }
  mkdirSync(cache, { recursive: true });
  // Several processes may come here at once; each compiles for itself and the rename is whole.
  const own = join(cache, `.no-hypervisor-${process.pid}.so`);
  const run = spawnSync(compiler, ['-shared', '-fPIC', '-O1', '-Wall', '-o', own, source], { encoding: 'utf8' });
  if (run.error !== undefined) {
    throw new Error(`cannot run the C compiler ${compiler}: install the packages gcc and libc6-dev`, {
      cause: run.error,
    });
  }
  if (run.status !== 0) {
    rmSync(own, { force: true });
    const cure = run.stderr.includes('xenctrl.h') ? 'install the package libxen-dev' : 'the compiler says';
    throw new Error(`cannot compile no-hypervisor.c: ${cure}\n${run.stderr}`);
  }
  renameSync(own, library);
  return library;
}

/** xl's own parser, ready to be asked. */
export class XlParser {
  /** @throws Error naming the package to install where something is missing */
  public static open(places: XlPlaces = {}): XlParser {
    const xl = findXl(places.libraries ?? '/usr/lib');
    return new XlParser(xl, compile(places.compiler ?? 'cc', places.cache ?? defaultCache()));
  }

  private constructor(
    /** Path of the program, which names its release. */
    public readonly program: string,
    private readonly library: string,
  ) {}

  /** Asks about one configuration. */
  public async parse(text: string): Promise<XlAnswer> {
    const [answer] = await this.parseAll([text]);
    if (answer === undefined) throw new Error('xl gave no answer');
    return answer;
  }

  /** Asks about many, a few at a time; the answers come in the order of the texts. */
  public async parseAll(texts: readonly string[]): Promise<readonly XlAnswer[]> {
    const folder = mkdtempSync(join(tmpdir(), 'cdktf-xen-xl-'));
    const answers: XlAnswer[] = [];
    const queue = texts.entries();
    const work = async (): Promise<void> => {
      for (const [index, text] of queue) {
        const file = join(folder, String(index));
        writeFileSync(file, text);
        answers[index] = await this.ask(file);
      }
    };
    try {
      await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return answers;
  }

  private ask(file: string): Promise<XlAnswer> {
    // LC_ALL: the answers are compared with texts.
    const env = { LD_PRELOAD: this.library, LC_ALL: 'C' };
    return new Promise((resolve, reject) => {
      const options = { env, timeout: TIMEOUT_MILLISECONDS, maxBuffer: 16 * 1024 * 1024 };
      const child = execFile(this.program, ['create', '-n', file], options, (error, stdout, stderr) => {
        if (child.exitCode === null) {
          reject(new Error(`xl did not come to an end: ${stderr}`, { cause: error }));
          return;
        }
        resolve({
          status: child.exitCode,
          domain: child.exitCode === 0 ? (JSON.parse(stdout) as XlDomain) : undefined,
          complaints: stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Parsing config from ')),
        });
      });
    });
  }
}
