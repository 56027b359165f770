import type { Bed } from '../../lab/bed/bed';
import { type Fact, parseFacts } from '../../lib/facts/fact';
import { RunFolder } from './run-folder';

const SOURCED = [
  ...['both/paths.sh', 'both/numbers.sh', 'host/base/key-lines.sh', 'host/facts/words.sh'],
  ...['setting-files', 'setting-lines', 'setting-keys', 'services', 'settings'].map((name) => `host/facts/${name}.sh`),
];

/** The collector of what files set, in a bed. */
export class SettingFacts {
  private readonly folder: string;

  constructor(private readonly bed: Bed) {
    this.folder = RunFolder.make(bed).path;
  }

  /** The shell text that prints facts of some kinds. */
  script(kinds: string): string {
    const files = SOURCED.map((file) => `. ${this.folder}/runtime/${file}`).join('; ');
    return `set -u; export LC_ALL=C; ${files}; kinds='${kinds}'; print_setting_facts`;
  }

  /** The lines that it prints, in order. Nothing may go to standard error, and each line must be a fact. */
  async lines(kinds: string, before = ''): Promise<readonly string[]> {
    const { stdout, stderr, status } = await this.bed.dom0(['bash', '-c', `${before}${this.script(kinds)}`]);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    parseFacts(stdout);
    return stdout.split('\n').filter(Boolean).sort();
  }

  /** The same, read. */
  async facts(kinds: string): Promise<readonly Fact[]> {
    return parseFacts((await this.lines(kinds)).join('\n'));
  }

  /** Of the lines those about one file or service. */
  async about(kinds: string, subject: string): Promise<readonly string[]> {
    const lines = await this.lines(kinds);
    return lines.filter((line) => line.split(' ')[1] === subject).map((line) => line.replace(` ${subject}`, ''));
  }
}
