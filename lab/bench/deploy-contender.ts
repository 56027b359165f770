import type { Timed } from '../bed/plain-host';

/** Somebody who brings the same files to the same host. */
export interface Contender {
  /** What the table calls it. */
  readonly name: string;
  /** How often it is worth being measured: the slow ones say the same with fewer rounds. */
  readonly mostRounds?: number;
  /** True for what only shows the cost of its tool: it brings nothing. */
  readonly idle?: boolean;
  /** What it says where there was nothing to do; a second deploy that finds something did not do what is measured. */
  readonly idleSays?: RegExp;
  /** As if it had never been run: whatever it remembers of the host is gone. */
  forget(): void;
  /** Brings the files. */
  deploy(): Promise<Timed>;
  /**
   * Has everything looked at again on the host, where nothing is to be done.
   *
   * @returns undefined where that is what `deploy` does each time anyway
   */
  deployAgain?(): Promise<Timed>;
}
