import { type Assembly, type Docs, type Method, type Type, type TypeReference, type Value, typesOf } from './assembly';

const HEAD = `# API

<!-- Written by "npm run docs:api" from the doc comments in lib/constructs, never by hand. -->

What \`cdktf-xen\` exports: constructs, values that their properties take, options, and enums.

- What is wrong with a value is refused at once, before anything is written: with an Error whose \`name\` is
  \`ValidationError\`. Its message lists every problem of the object, each with the value got, the values allowed and the
  cure. An option that is not in these lists is refused too. What is wrong between objects, as one address that two guests
  have, is refused at synth.
- In Python, classes and enums have these names; methods and options are spelled with underscores and options are keyword
  arguments: \`addBridge\` is \`add_bridge\`, \`memoryMiB\` is \`memory_mib\`. Use \`addGuest\` (\`add_guest\`) for \`addDomU\`.
  Refusals are raised as \`RuntimeError\`, a value of a wrong type also as \`TypeError\`.
`;

function typeName(reference: TypeReference, own: string): string {
  const { primitive, fqn, collection, union } = reference;
  if (primitive !== undefined) return primitive;
  if (fqn !== undefined) return fqn.startsWith(`${own}.`) ? fqn.slice(own.length + 1) : fqn;
  if (collection?.kind === 'array') return `${typeName(collection.elementtype, own)}[]`;
  if (collection?.kind === 'map') return `{ [key: string]: ${typeName(collection.elementtype, own)} }`;
  if (union !== undefined) return union.types.map((type) => typeName(type, own)).join(' | ');
  throw new Error(`no words for the type ${JSON.stringify(reference)}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** jsii cuts off the first sentence, also where it ends in a semicolon; here the comment is whole again. */
function whole({ summary = '', remarks = '' }: Docs = {}): string {
  return `${summary} ${remarks}`;
}

/** A comment in the paragraphs that it has, each on one line. */
function paragraphs(docs?: Docs): string {
  return whole(docs).split('\n\n').map(oneLine).join('\n\n');
}

function stopped(text: string): string {
  const line = oneLine(text);
  return line.endsWith('.') ? line : `${line}.`;
}

function withDefault({ default: value }: Docs = {}): string {
  if (value === undefined) return '';
  // As is usual with CDKs: words after a dash, and a value without one.
  return value.startsWith('- ') ? ` Default: ${stopped(value.slice(2))}` : ` Default: \`${value}\`.`;
}

function bullet({ name, type, docs, optional }: Value, own: string): string {
  return `- \`${name}${optional === true ? '?' : ''}: ${typeName(type, own)}\`: ${oneLine(whole(docs))}${withDefault(docs)}`;
}

function method(type: Type, { name, docs, parameters = [], returns, static: isStatic }: Method, own: string): string {
  const list = parameters
    .map((one) => `${one.name}${one.optional === true ? '?' : ''}: ${typeName(one.type, own)}`)
    .join(', ');
  const call = name === undefined ? `new ${type.name}` : isStatic === true ? `${type.name}.${name}` : name;
  const result = returns === undefined ? '' : `: ${typeName(returns.type, own)}`;
  const ends = [
    ...(docs?.returns === undefined ? [] : [`Returns ${stopped(docs.returns)}`]),
    ...(docs?.custom?.['throws'] === undefined ? [] : [`Throws ${stopped(docs.custom['throws'])}`]),
  ];
  return [
    `#### \`${call}(${list})${result}\``,
    ...(docs?.summary === undefined ? [] : [paragraphs(docs)]),
    ...(parameters.length === 0
      ? []
      : [parameters.map((one) => `- \`${one.name}\`: ${stopped(whole(one.docs))}`).join('\n')]),
    ...(ends.length === 0 ? [] : [ends.join(' ')]),
  ].join('\n\n');
}

function section(type: Type, own: string): string {
  const { name, docs, initializer, methods = [], properties = [], interfaces = [], members = [] } = type;
  const inherited = interfaces.map((fqn) => `\`${typeName({ fqn }, own)}\``).join(', ');
  const lines = [
    ...(inherited === '' ? [] : [`- all of ${inherited}`]),
    ...properties.map((property) => bullet(property, own)),
    ...members.map((member) => `- \`${name}.${member.name}\`: ${oneLine(whole(member.docs))}`),
  ];
  return [
    `### ${name}`,
    paragraphs(docs),
    ...(initializer === undefined ? [] : [method(type, initializer, own)]),
    ...methods.map((one) => method(type, one, own)),
    ...(lines.length === 0 ? [] : [...(type.kind === 'class' ? ['#### Properties'] : []), lines.join('\n')]),
  ].join('\n\n');
}

const PARTS: readonly (readonly [title: string, is: (type: Type) => boolean])[] = [
  ['Constructs', ({ kind, initializer }) => kind === 'class' && initializer !== undefined],
  ['Values', ({ kind, initializer }) => kind === 'class' && initializer === undefined],
  ['Options', ({ kind }) => kind === 'interface'],
  ['Enums', ({ kind }) => kind === 'enum'],
];

/** The page about the public API, in Markdown. */
export function renderApi(assembly: Assembly): string {
  const parts = PARTS.map(([title, is]) => {
    const sections = typesOf(assembly)
      .filter(is)
      .map((type) => section(type, assembly.name));
    return sections.length === 0 ? '' : `\n## ${title}\n\n${sections.join('\n\n')}\n`;
  });
  return `${HEAD}${parts.join('')}`;
}
