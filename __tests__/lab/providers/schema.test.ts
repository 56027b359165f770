import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveEngine } from '../../../lab/engine/engine';
import { buildStandInMirror } from '../../../lab/providers/mirror';
import { WorkspaceFactory } from '../../../lab/providers/workspace';

interface Schemas {
  readonly provider_schemas: Record<string, unknown>;
}

/** What is words for people only, or is said by some engine versions only when it is empty. */
function facts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(facts);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !key.startsWith('description'));
  return Object.fromEntries(kept.map(([key, content]: [string, unknown]) => [key, facts(content)]));
}

function byName(schemas: Schemas): Record<string, unknown> {
  const entries = Object.entries(schemas.provider_schemas);
  return Object.fromEntries(entries.map(([address, schema]) => [address.split('/').pop() ?? '', facts(schema)]));
}

test('the engine reports the same schema for the stand-in as for the real providers', async () => {
  const { binary } = await resolveEngine();
  const factory = new WorkspaceFactory(binary, (await buildStandInMirror()).directory);
  try {
    const workspace = await factory.create();
    const reported = JSON.parse(await workspace.succeed('providers', 'schema', '-json')) as Schemas;
    const file = join(__dirname, '..', '..', '..', 'lab', 'providers', 'schema.json');
    const expected = JSON.parse(readFileSync(file, 'utf8')) as Schemas;
    expect(byName(reported)).toEqual(byName(expected));
  } finally {
    factory.remove();
  }
}, 120_000);
