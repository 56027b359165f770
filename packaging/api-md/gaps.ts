import { type Assembly, type Docs, type Method, type Type, type Value, typesOf } from './assembly';

const isSaid = (docs: Docs | undefined): boolean => docs?.summary !== undefined && docs.summary !== '';

function ofValues(owner: string, values: readonly Value[] = []): string[] {
  return values.filter(({ docs }) => !isSaid(docs)).map(({ name }) => `${owner}.${name} has no doc line`);
}

function ofMethod(owner: string, { name, docs, parameters = [], returns }: Method): string[] {
  const subject = name === undefined ? `new ${owner}` : `${owner}.${name}`;
  return [
    ...(name === undefined || isSaid(docs) ? [] : [`${subject}() has no doc line`]),
    ...parameters.filter((one) => !isSaid(one.docs)).map((one) => `${subject}() does not say what ${one.name} is`),
    ...(returns === undefined || docs?.returns !== undefined ? [] : [`${subject}() does not say what it returns`]),
    // Whatever takes something can be given something wrong.
    ...(parameters.length === 0 || docs?.custom?.['throws'] !== undefined
      ? []
      : [`${subject}() does not say what it refuses`]),
  ];
}

function ofType(type: Type): string[] {
  const { name, kind, docs, initializer, methods = [], properties = [], members = [] } = type;
  // What may be left out of options has a default; what an object of ours may lack is said in its doc line.
  const optional = kind === 'interface' ? properties.filter((one) => one.optional === true) : [];
  return [
    ...(isSaid(docs) ? [] : [`${name} has no doc line`]),
    ...(initializer === undefined ? [] : ofMethod(name, initializer)),
    ...methods.flatMap((method) => ofMethod(name, method)),
    ...ofValues(name, properties),
    ...optional.filter((one) => one.docs?.default === undefined).map((one) => `${name}.${one.name} has no @default`),
    ...members.filter((one) => !isSaid(one.docs)).map((one) => `${name}.${one.name} has no doc line`),
  ];
}

/** What the doc comments of the public API leave unsaid, one line each. */
export function gapsOf(assembly: Assembly): string[] {
  return typesOf(assembly).flatMap(ofType);
}
