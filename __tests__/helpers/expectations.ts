/** The expectations of some units, read as a person would read them: the oracle for the comparison on the host. */
export interface Expectation {
  readonly unit: string;
  readonly word: 'must' | 'only' | 'allow';
  readonly pattern: string;
}

export function readExpectations(text: string): readonly Expectation[] {
  const all: Expectation[] = [];
  let unit = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'unit') unit = rest.join(' ');
    else all.push({ unit, word: word as Expectation['word'], pattern: rest.join(' ') });
  }
  return all;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const forms = new Map<string, RegExp>();

/** A pattern as a regular expression. */
function formOf(pattern: string): RegExp {
  const known = forms.get(pattern);
  if (known !== undefined) return known;
  const words = pattern.split(' ');
  const last = words.at(-1) === '*';
  const parts = (last ? words.slice(0, -1) : words).map((word) => word.split('*').map(literal).join('[^ ]*'));
  const form = new RegExp(`^${parts.join(' ')}${last ? '( .*)?' : ''}$`);
  forms.set(pattern, form);
  return form;
}

/** Whether a fact has a pattern's form. */
export const hasForm = (pattern: string, fact: string): boolean =>
  // Another kind is no match, and far cheaper to see.
  fact.startsWith(pattern.slice(0, pattern.indexOf(' ') + 1)) && formOf(pattern).test(fact);

/** The units that have to be told about these facts, sorted. */
export function unitsToTell(expectations: readonly Expectation[], facts: readonly string[]): readonly string[] {
  const present = new Set(facts);
  const told = new Set<string>();
  // What one unit must have is foreign to none; what it allows is foreign to others.
  const promised = (fact: string, to: string): boolean =>
    expectations.some(
      ({ unit, word, pattern }) => (word === 'must' || (word === 'allow' && unit === to)) && hasForm(pattern, fact),
    );
  for (const { unit, word, pattern } of expectations) {
    if (word === 'must' && !pattern.includes('*') && !present.has(pattern)) told.add(unit);
    if (word === 'must' && pattern.includes('*') && !facts.some((fact) => hasForm(pattern, fact))) told.add(unit);
    if (word === 'only' && facts.some((fact) => hasForm(pattern, fact) && !promised(fact, unit))) told.add(unit);
  }
  return [...told].sort();
}
