import { Construct } from 'constructs';
import { ValidationError } from '../../model/errors';
import { nearest } from '../../model/nearest';
import { show } from '../../model/show';
import { atPath } from './at-path';
import { Token } from './engine';
import { requireOneEngine } from './one-engine';

/**
 * The shape of what a caller gives: the options that there are, and where an object of ours or a list is needed. The
 * compiler checks that only for callers with types, and not in all cases (a spread, a misspelt key of a Record). The
 * model checks the texts, numbers and flags.
 */

type Table = Readonly<Record<string, Field>>;

/** What may stand in a field. */
export type Field =
  | { readonly kind: 'value' | 'values' | 'record' }
  | { readonly kind: 'ours'; is(value: unknown): boolean }
  | { readonly kind: 'instance'; readonly words: string; readonly needed: boolean; is(value: unknown): boolean }
  | { readonly kind: 'object'; readonly words: string; readonly needed: boolean; table(): Table }
  | { readonly kind: 'list'; readonly item: Field };

/** One entry for each option of a type, so that a new option can't be forgotten here. */
export type Options<T> = { readonly [K in keyof Required<T>]: Field };

/** A text, a number, a flag or a word of an enum. */
export const VALUE: Field = { kind: 'value' };

/** A list of such values. */
export const VALUES: Field = { kind: 'values' };

/** An object whose keys and values the model reads. */
export const RECORD: Field = { kind: 'record' };

/** An object of a class that has to be given. `words` say what it is, and how to make it. */
export function instance(words: string, is: (value: unknown) => boolean): Field {
  return { kind: 'instance', words, needed: true, is };
}

/** An object with options of its own that has to be given. */
export function object<T>(words: string, table: () => Options<T>): Field {
  return { kind: 'object', words, needed: true, table };
}

/** A list of objects. */
export function listOf(item: Field): Field {
  return { kind: 'list', item };
}

/** An option that only this library itself gives. */
export function ours(is: (value: unknown) => boolean): Field {
  return { kind: 'ours', is };
}

/** An option that may be left out. */
export function optional(field: Field): Field {
  return 'needed' in field ? { ...field, needed: false } : field;
}

interface Found {
  readonly problems: string[];
  /** The value is no object though one is needed, or is not known yet: nothing more can be read. */
  broken: boolean;
}

function breaks(found: Found, problem: string): void {
  found.problems.push(problem);
  found.broken = true;
}

function token(field: string): string {
  return `${field} is a Terraform token, known only when Terraform runs; it is written into files that people review before that, so give the value itself`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lookAt(field: Field, value: unknown, name: string, found: Found): void {
  if (Token.isUnresolved(value)) {
    breaks(found, token(name));
    return;
  }
  switch (field.kind) {
    case 'value':
      return;
    case 'ours':
      if (value !== undefined && !field.is(value)) breaks(found, `${name} is no option`);
      return;
    case 'values':
      if (!Array.isArray(value)) return;
      Array.from(value, (item: unknown, index) => {
        if (Token.isUnresolved(item)) breaks(found, token(`${name}[${index}]`));
      });
      return;
    case 'record':
      if (!isObject(value)) return;
      for (const [key, item] of Object.entries(value)) {
        lookAt(Array.isArray(item) ? VALUES : VALUE, item, `${name}.${key}`, found);
      }
      return;
    case 'list':
      if (value === undefined) return;
      if (!Array.isArray(value)) breaks(found, `${name} must be a list, got ${show(value)}`);
      else
        Array.from(value, (item: unknown, index) => {
          lookAt(field.item, item, `${name}[${index}]`, found);
        });
      return;
    case 'instance':
    case 'object':
      if (value === undefined) {
        if (field.needed) breaks(found, `${name} is missing; give ${field.words}`);
      } else if (field.kind === 'instance' ? !field.is(value) : !isObject(value)) {
        breaks(found, `${name} must be ${field.words}, got ${show(value)}`);
      } else if (field.kind === 'object') {
        lookAtAll(field.table(), value as Readonly<Record<string, unknown>>, `${name}.`, found);
      }
  }
}

function lookAtAll(table: Table, given: Readonly<Record<string, unknown>>, prefix: string, found: Found): void {
  const known = Object.keys(table).filter((name) => table[name]?.kind !== 'ours');
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(table, name)) continue;
    const meant = nearest(name, known);
    const cure = meant === undefined ? `there are: ${known.join(', ')}` : `did you mean '${meant}'?`;
    found.problems.push(`${prefix}${/^\w+$/.test(name) ? name : show(name)} is no option; ${cure}`);
  }
  for (const [name, field] of Object.entries(table)) lookAt(field, given[name], `${prefix}${name}`, found);
}

/**
 * Reads options: the shape here, the values in the model.
 *
 * @param subject whose options they are: `domU "web1"`
 * @param define gives the model's value
 * @throws ValidationError with every problem of both
 */
export function readOptions<T, M>(subject: string, given: unknown, table: Options<T>, define: () => M): M {
  const found: Found = { problems: [], broken: false };
  if (isObject(given)) lookAtAll(table, given, '', found);
  else
    breaks(found, `its options must be an object, as in { ${Object.keys(table)[0] ?? ''}: ... }, got ${show(given)}`);
  if (found.problems.length === 0) return define();
  if (!found.broken) {
    try {
      define();
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      found.problems.push(...error.problems);
    }
  }
  throw new ValidationError(subject, found.problems);
}

/**
 * Reads the properties of a construct that is being made.
 *
 * @throws ValidationError as `readOptions` does, with the construct's path
 */
export function readProps<T, M>(
  construct: Construct,
  subject: string,
  given: unknown,
  table: Options<T>,
  define: () => M,
): M {
  return atPath(construct, () => readOptions(subject, given, table, define));
}

/** A value that was handed to a factory, and in words what it may be. */
export interface Argument {
  readonly value: unknown;
  readonly words: string;
}

/**
 * Reads the call of a factory, as `Disk.lvm()`: its arguments must be there, and its options must be its own.
 *
 * @param define checks the values of the arguments
 * @throws ValidationError with every problem, under the factory's name
 */
export function readCall<T, M>(
  factory: string,
  args: Readonly<Record<string, Argument>>,
  options: { readonly given: unknown; readonly table: Options<T> },
  define: () => M,
): M {
  const found: Found = { problems: [], broken: false };
  for (const [name, { value, words }] of Object.entries(args)) {
    if (value === undefined) {
      // The compiler believes that every key of a Record is there.
      breaks(found, `${name} is missing, got undefined, which a misspelt key gives too; it must be ${words}`);
    } else lookAt(VALUE, value, name, found);
  }
  if (found.broken) throw new ValidationError(factory, found.problems);
  return readOptions(factory, options.given, options.table, define);
}

/** The options of a factory that has none. */
export const NO_OPTIONS = { given: {}, table: {} };

/**
 * The scope and id of a construct, as its base class takes them.
 *
 * @throws ValidationError if one of them is missing or wrong; the base class would use other words
 */
export function place(kind: string, scope: unknown, id: unknown): [scope: Construct, id: string] {
  if (typeof id !== 'string' || id === '') {
    const error = new ValidationError(kind, [`id must be a text, as in "${kind}1", got ${show(id)}`]);
    throw Construct.isConstruct(scope) ? error.at(scope.node.path) : error;
  }
  const subject = `${kind} ${show(id)}`;
  if (!Construct.isConstruct(scope)) {
    throw new ValidationError(subject, [`scope must be a construct, as in this, got ${show(scope)}`]);
  }
  atPath(scope, () => {
    requireOneEngine(subject, scope);
  });
  return [scope, id];
}
