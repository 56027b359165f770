/*
 * What is read of a jsii assembly (the file .jsii): the public API as jsii has understood it, doc comments included.
 */

/** A doc comment. */
export interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly default?: string;
  readonly returns?: string;
  /** Other tags: `throws`. */
  readonly custom?: Readonly<Record<string, string>>;
}

/** A type where it is used; just one of them is there. */
export interface TypeReference {
  readonly primitive?: string;
  /** Name with its package: `cdktf-xen.Lan`. */
  readonly fqn?: string;
  readonly collection?: { readonly kind: string; readonly elementtype: TypeReference };
  /** One of several types. */
  readonly union?: { readonly types: readonly TypeReference[] };
}

/** A parameter of a method, or a property. */
export interface Value {
  readonly name: string;
  readonly docs?: Docs;
  readonly optional?: boolean;
  readonly type: TypeReference;
}

/** A method; a constructor has no name. */
export interface Method {
  readonly name?: string;
  readonly docs?: Docs;
  readonly static?: boolean;
  readonly parameters?: readonly Value[];
  readonly returns?: { readonly optional?: boolean; readonly type: TypeReference };
}

/** A class, an interface or an enum. */
export interface Type {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'enum';
  readonly docs?: Docs;
  /** What a class extends. */
  readonly base?: string;
  /** What an interface extends. */
  readonly interfaces?: readonly string[];
  readonly initializer?: Method;
  readonly methods?: readonly Method[];
  readonly properties?: readonly Value[];
  readonly members?: readonly { readonly name: string; readonly docs?: Docs }[];
}

/** An assembly. */
export interface Assembly {
  readonly name: string;
  readonly types: Readonly<Record<string, Type>>;
}

/** All types, by name. */
export function typesOf(assembly: Assembly): readonly Type[] {
  return Object.values(assembly.types).sort((a, b) => (a.name < b.name ? -1 : 1));
}
