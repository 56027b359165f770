/** The stand-in for null 3.2.4: a resource that does nothing, and a data source that copies its input. */
import { randomBytes } from 'node:crypto';
import { sameValue, Unknown } from './msgpack';
import type { Value, ValueMap } from './msgpack';
import { ProviderError } from './provider';
import type { Provider } from './provider';

/** A positive number of 63 bits, as text. */
function randomNumber(): string {
  return (randomBytes(8).readBigUInt64BE() >> 1n).toString();
}

export function createNullProvider(): Provider {
  return {
    name: 'null',
    resources: {
      null_resource: {
        plan(prior, proposed) {
          const triggers = proposed.get('triggers') ?? null;
          if (prior === null) return { planned: state(new Unknown(), triggers), replace: [] };
          const replace = mustReplace(prior.get('triggers') ?? null, triggers) ? ['triggers'] : [];
          return { planned: state(prior.get('id') ?? new Unknown(), triggers), replace };
        },
        create: (planned) => state(randomNumber(), planned.get('triggers') ?? null),
        import: () => {
          throw new ProviderError(
            'Resource Import Not Implemented',
            'A null_resource has nothing that could be imported.',
          );
        },
      },
    },
    dataSources: {
      null_data_source: {
        validate: () => undefined,
        read: (config) => {
          const inputs = config.get('inputs') ?? null;
          const result: ValueMap = new Map<string, Value>([
            ['has_computed_default', config.get('has_computed_default') ?? 'default'],
            ['id', 'static'],
            ['inputs', inputs],
            ['outputs', inputs],
            ['random', randomNumber()],
          ]);
          return Promise.resolve(result);
        },
      },
    },
    stop: () => undefined,
  };
}

/** A new trigger whose value is null asks for nothing; every other difference means a new resource. */
function mustReplace(before: Value, after: Value): boolean {
  const old = before instanceof Map ? before : new Map<string, Value>();
  const now = after instanceof Map ? after : new Map<string, Value>();
  const changed = [...old].some(([key, value]) => !now.has(key) || !sameValue(value, now.get(key) ?? null));
  return changed || [...now].some(([key, value]) => value !== null && !old.has(key));
}

function state(id: Value, triggers: Value): ValueMap {
  return new Map<string, Value>([
    ['id', id],
    ['triggers', triggers],
  ]);
}
