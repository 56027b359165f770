/**
 * Protocol buffers, as much of the wire format as the plugin protocol needs. Written here instead of loading a gRPC
 * library: a provider process starts several times per engine run, and the library alone takes longer to load than
 * everything this program does.
 */

/** One field of a message: its number, its value when absent, and how it goes to and from the wire. */
export interface Field<T> {
  readonly id: number;
  readonly absent: () => T;
  readonly take: (previous: T, wire: Wire) => T;
  readonly put: (value: T, out: Uint8Array[]) => void;
}

/** What the wire format itself tells about a value: a number or a run of bytes. */
export interface Wire {
  readonly number: number;
  readonly bytes: Uint8Array;
}

// The one `any` that lets a shape hold fields of different types; `Message` gives every field its type back.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Shape = Readonly<Record<string, Field<any>>>;
export type Message<S extends Shape> = { -readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

const NO_BYTES = new Uint8Array();
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function putBytes(id: number, bytes: Uint8Array, out: Uint8Array[]): void {
  out.push(varint(id * 8 + LENGTH), varint(bytes.length), bytes);
}

function putNumber(id: number, value: number, out: Uint8Array[]): void {
  if (value !== 0) out.push(varint(id * 8 + VARINT), varint(value));
}

export function int(id: number): Field<number> {
  return {
    id,
    absent: () => 0,
    take: (_, wire) => wire.number,
    put: (value, out) => {
      putNumber(id, value, out);
    },
  };
}

export function bool(id: number): Field<boolean> {
  return {
    id,
    absent: () => false,
    take: (_, wire) => wire.number !== 0,
    put: (value, out) => {
      putNumber(id, value ? 1 : 0, out);
    },
  };
}

export function bytes(id: number): Field<Uint8Array> {
  return {
    id,
    absent: () => NO_BYTES,
    take: (_, wire) => wire.bytes,
    put: (value, out) => {
      if (value.length > 0) putBytes(id, value, out);
    },
  };
}

export function string(id: number): Field<string> {
  return {
    id,
    absent: () => '',
    take: (_, wire) => Buffer.from(wire.bytes).toString('utf8'),
    put: (value, out) => {
      if (value !== '') putBytes(id, Buffer.from(value, 'utf8'), out);
    },
  };
}

export function message<S extends Shape>(id: number, shape: S): Field<Partial<Message<S>> | undefined> {
  return {
    id,
    absent: () => undefined,
    take: (_, wire) => decode(shape, wire.bytes),
    put: (value, out) => {
      if (value !== undefined) putBytes(id, encode(shape, value), out);
    },
  };
}

export function list<S extends Shape>(id: number, shape: S): Field<Partial<Message<S>>[]> {
  return {
    id,
    absent: () => [],
    take: (previous, wire) => [...previous, decode(shape, wire.bytes)],
    put: (values, out) => {
      for (const value of values) putBytes(id, encode(shape, value), out);
    },
  };
}

/** A map with text keys travels as a list of two-field messages. */
export function map<S extends Shape>(id: number, shape: S): Field<Map<string, Partial<Message<S>>>> {
  const entry = { key: string(1), value: message(2, shape) };
  return {
    id,
    absent: () => new Map(),
    take: (previous, wire) => {
      const { key, value } = decode(entry, wire.bytes);
      return new Map(previous).set(key, value ?? {});
    },
    put: (values, out) => {
      for (const [key, value] of values) putBytes(id, encode(entry, { key, value }), out);
    },
  };
}

export function encode<S extends Shape>(shape: S, value: Partial<Message<S>>): Uint8Array {
  const out: Uint8Array[] = [];
  for (const [name, field] of Object.entries(shape)) {
    const content: unknown = value[name];
    if (content !== undefined) field.put(content, out);
  }
  return Buffer.concat(out);
}

export function decode<S extends Shape>(shape: S, data: Uint8Array): Message<S> {
  const byId = new Map<number, [string, Field<unknown>]>();
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(shape)) {
    byId.set(field.id, [name, field]);
    result[name] = (field as Field<unknown>).absent();
  }
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = data[at++];
      if (byte === undefined) throw new Error('a message ends in the middle of a number');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const run = (length: number): Uint8Array => {
    if (at + length > data.length) throw new Error('a message ends in the middle of a field');
    at += length;
    return data.subarray(at - length, at);
  };
  while (at < data.length) {
    const tag = number();
    const known = byId.get(Math.floor(tag / 8));
    const wire = readWire(tag % 8, number, run);
    if (known !== undefined) result[known[0]] = known[1].take(result[known[0]], wire);
  }
  return result as Message<S>;
}

function readWire(type: number, number: () => number, run: (length: number) => Uint8Array): Wire {
  switch (type) {
    case VARINT:
      return { number: number(), bytes: NO_BYTES };
    case LENGTH:
      return { number: 0, bytes: run(number()) };
    case FIXED64:
      return { number: 0, bytes: run(8) };
    case FIXED32:
      return { number: 0, bytes: run(4) };
    default:
      throw new Error(`a message holds a field of the unknown wire type ${type}`);
  }
}
