import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../render/bundle';
import { RUNTIME } from '../render/runtime-paths';
import { UsageError } from './command';

/**
 * The units of a tree in the order of its manifest, each with the hash that its deploy records.
 *
 * @throws UsageError if the tree's manifest is damaged
 */
export function unitsOf(tree: string): ReadonlyMap<string, string> {
  const file = join(tree, 'manifest');
  const units = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const end = line.indexOf(' ');
    if (end < 1 && line !== '') throw new UsageError(`'${file}' is damaged: run cdktf synth again`);
    const unit = line.slice(0, end);
    if (line !== '') units.set(unit, `${units.get(unit) ?? ''}${line}\n`);
  }
  return new Map([...units].map(([unit, lines]) => [unit, sha256(lines)]));
}

/** The hash of the runtime that a tree was made for; empty if the tree does not say. */
export function runtimeOf(tree: string): string {
  const file = join(tree, RUNTIME);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
