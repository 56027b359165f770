import type { Workspace } from './workspace';

/** One thing that a provider does; throws where it does not. */
export interface Scenario {
  readonly name: string;
  readonly run: (workspace: Workspace) => Promise<void>;
}
