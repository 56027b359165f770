/** What a provider has to say for itself; everything that is the same for all providers is in service.ts. */
import type { Value, ValueMap } from './msgpack';

/** An error as the engine shows it: one line, then the details, at an attribute where one is to blame. */
export class ProviderError extends Error {
  constructor(
    readonly summary: string,
    readonly detail: string,
    readonly attribute?: string,
  ) {
    super(`${summary}: ${detail}`);
  }
}

export interface ResourcePlan {
  readonly planned: ValueMap;
  /** Attributes whose change makes a new resource necessary. */
  readonly replace: readonly string[];
}

export interface Resource {
  plan(prior: ValueMap | null, proposed: ValueMap): ResourcePlan;
  create(planned: ValueMap): ValueMap;
  /** The state of what exists under this id already, or an error where there is no such thing. */
  import(id: string): ValueMap;
}

export interface DataSource {
  validate(config: ValueMap): void;
  read(config: ValueMap): Promise<Value>;
}

export interface Provider {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly dataSources: Readonly<Record<string, DataSource>>;
  /** Ends what is under way, as the engine asks for on Ctrl-C. */
  stop(): void;
}
