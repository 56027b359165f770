import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');

/** What a field or a parameter may hold, as the compiler sees it. */
export interface PublicField {
  readonly name: string;
  readonly optional: boolean;
  /** Whether a value that the API took is one of the declared type. */
  readonly fits: (value: unknown) => boolean;
}

/** The public API as its sources declare it: nothing of it can be forgotten by a list beside them. */
export interface PublicTypes {
  /** Interfaces of options, by name. */
  readonly interfaces: ReadonlyMap<string, readonly PublicField[]>;
  /** Whatever can be called with something: `Disk.lvm`, `XenHost.addDomU`, `new Lan`. */
  readonly calls: ReadonlyMap<string, readonly PublicField[]>;
}

/** A hidden member is no part of the API. */
function isPublic(symbol: ts.Symbol): boolean {
  const hidden = symbol.getJsDocTags().some((tag) => tag.name === 'internal');
  return !hidden && !(ts.getCombinedModifierFlags(declared(symbol)) & ts.ModifierFlags.Private);
}

function declared(symbol: ts.Symbol): ts.Declaration {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined) throw new Error(`${symbol.name} is declared nowhere`);
  return declaration;
}

function fits(checker: ts.TypeChecker, type: ts.Type, value: unknown): boolean {
  const plain = checker.getNonNullableType(type);
  const flags = plain.isUnion() ? (plain.types[0]?.flags ?? 0) : plain.flags;
  if (flags & ts.TypeFlags.BooleanLike) return typeof value === 'boolean';
  if (flags & ts.TypeFlags.NumberLike) return typeof value === 'number';
  // Enums are those of texts.
  if (flags & (ts.TypeFlags.StringLike | ts.TypeFlags.EnumLike)) return typeof value === 'string';
  if (checker.isArrayType(plain)) return Array.isArray(value);
  const everythingIsOptional = plain.getProperties().every((one) => one.flags & ts.SymbolFlags.Optional);
  return typeof value === 'object' && value !== null && !Array.isArray(value) && everythingIsOptional;
}

function fieldOf(checker: ts.TypeChecker, symbol: ts.Symbol): PublicField {
  const declaration = declared(symbol);
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const parameter = ts.isParameter(declaration) && checker.isOptionalParameter(declaration);
  const optional = parameter || (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  return {
    name: symbol.name,
    optional,
    fits: (value) => (value === undefined ? optional : fits(checker, type, value)),
  };
}

/** Asks the TypeScript compiler what `lib/index.ts` exports. */
export function readPublicTypes(): PublicTypes {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const index = join(ROOT, 'lib/index.ts');
  const program = ts.createProgram([index], { ...options, types: ['node'], noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(index);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error('lib/index.ts exports nothing');
  const interfaces = new Map<string, readonly PublicField[]>();
  const calls = new Map<string, readonly PublicField[]>();
  const fieldsOf = (symbols: readonly ts.Symbol[]): PublicField[] =>
    symbols.filter(isPublic).map((one) => fieldOf(checker, one));
  const addCall = (name: string, signature: ts.Signature | undefined): void => {
    if (signature !== undefined && signature.parameters.length > 0) calls.set(name, fieldsOf(signature.parameters));
  };
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const { name } = exported;
    if (symbol.flags & ts.SymbolFlags.Interface) {
      interfaces.set(name, fieldsOf(checker.getDeclaredTypeOfSymbol(symbol).getProperties()));
    }
    if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
    const self = checker.getTypeOfSymbol(symbol);
    const [constructor] = self.getConstructSignatures();
    if (
      constructor?.declaration &&
      !(ts.getCombinedModifierFlags(constructor.declaration) & ts.ModifierFlags.Private)
    ) {
      addCall(`new ${name}`, constructor);
    }
    const members = [...self.getProperties(), ...checker.getDeclaredTypeOfSymbol(symbol).getProperties()];
    for (const member of members.filter(({ flags }) => flags & ts.SymbolFlags.Method)) {
      // What is inherited from cdktf is not ours.
      if (!declared(member).getSourceFile().fileName.startsWith(join(ROOT, 'lib/')) || !isPublic(member)) continue;
      addCall(`${name}.${member.name}`, checker.getTypeOfSymbol(member).getCallSignatures()[0]);
    }
  }
  return { interfaces, calls };
}
