/** The schemas as data (../schema.json), turned into the messages of the protocol. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema, SchemaAttribute } from './messages';
import type { Value } from './msgpack';

interface AttributeFacts {
  readonly type: unknown;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly deprecated?: boolean;
}
export interface SchemaFacts {
  readonly version: number;
  readonly block: { readonly attributes?: Record<string, AttributeFacts>; readonly deprecated?: boolean };
}
export interface ProviderFacts {
  readonly provider: SchemaFacts;
  readonly resource_schemas?: Record<string, SchemaFacts>;
  readonly data_source_schemas?: Record<string, SchemaFacts>;
}

export function providerFacts(name: string): ProviderFacts {
  const text = readFileSync(join(__dirname, '..', 'schema.json'), 'utf8');
  const all = JSON.parse(text) as { provider_schemas: Record<string, ProviderFacts> };
  const found = Object.entries(all.provider_schemas).find(([address]) => address.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`schema.json describes no provider "${name}"`);
  return found[1];
}

export function schemaMessage(facts: SchemaFacts): Schema {
  const attributes = Object.entries(facts.block.attributes ?? {}).map(
    ([name, { type, ...flags }]): SchemaAttribute => ({ name, type: Buffer.from(JSON.stringify(type)), ...flags }),
  );
  return { version: facts.version, block: { version: facts.version, attributes, deprecated: facts.block.deprecated } };
}

export function schemaMessages(facts: Record<string, SchemaFacts> = {}): Map<string, Schema> {
  return new Map(Object.entries(facts).map(([name, schema]) => [name, schemaMessage(schema)]));
}

/** A saved state in JSON, as a value; what the schema does not know any more is left out, what is missing is null. */
export function savedState(facts: SchemaFacts, json: Uint8Array): Value {
  const saved: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
  if (saved === null || typeof saved !== 'object') return null;
  const fields = new Map(Object.entries(saved));
  return new Map(Object.keys(facts.block.attributes ?? {}).map((name) => [name, jsonValue(fields.get(name))]));
}

function jsonValue(json: unknown): Value {
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (Array.isArray(json)) return json.map(jsonValue);
  if (typeof json === 'object' && json !== null) {
    return new Map(Object.entries(json).map(([key, value]) => [key, jsonValue(value)]));
  }
  return null;
}
