import { decodeWord, type Fact, formatFact, parseFact } from '../facts/fact';
import { FACT_KINDS } from '../facts/vocabulary';

/** What a host has said when it was asked for its facts. */
export interface FactsAnswer {
  readonly facts: readonly Fact[];
  /** Lines that are no facts: what a login prints, or what another version says. */
  readonly strange: readonly string[];
}

/** Reads what came from a host. */
export function readFacts(said: string): FactsAnswer {
  const facts: Fact[] = [];
  const strange: string[] = [];
  for (const line of said.split('\n').filter((one) => one !== '')) {
    try {
      facts.push(parseFact(line));
    } catch {
      strange.push(line);
    }
  }
  return { facts, strange };
}

/** Facts that say what could not be asked. */
export const unknownFacts = (facts: readonly Fact[]): readonly Fact[] => facts.filter(({ kind }) => kind === 'unknown');

/** One fact a line, as the host has sent them. */
export function factsText(facts: readonly Fact[]): string {
  return facts.map((fact) => `${formatFact(fact)}\n`).join('');
}

const SUBJECTS = new Map(FACT_KINDS.map(({ kind, subject }) => [kind, subject]));

/** The facts as JSON: an object each, with its kind, its subject's words by their names, and its value's words. */
export function factsJson(host: string, facts: readonly Fact[]): string {
  const objects = facts.map(({ kind, subject, value }) => ({
    kind,
    ...Object.fromEntries((SUBJECTS.get(kind) ?? []).map((name, index) => [name, decodeWord(subject[index] ?? '')])),
    ...(value.length === 0 ? {} : { says: value.map(decodeWord) }),
  }));
  return `${JSON.stringify({ host, facts: objects }, undefined, 2)}\n`;
}
