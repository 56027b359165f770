import { existsSync, readFileSync, statSync } from 'node:fs';

/** The serial console of a host: Xen's and the kernel's words, and the marks that the lab's init sets (`LAB: ...`). */
export class ConsoleLog {
  constructor(readonly path: string) {}

  text(): string {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8').replaceAll('\r', '') : '';
  }

  /** A place to wait from: what comes after it belongs to what is done next. */
  mark(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  since(mark: number): string {
    return existsSync(this.path) ? readFileSync(this.path).subarray(mark).toString().replaceAll('\r', '') : '';
  }

  /** The last lines, for an error message. */
  tail(lines = 15): string {
    const all = this.text().trimEnd().split('\n').slice(-lines);
    return `the host's console ends with:\n${all.map((line) => `  | ${line}`).join('\n')}`;
  }
}
