/** MessagePack, as the engine writes values whose types are text, lists and maps of text, and objects of these. */

/** A value that is known after apply only. Its bytes may carry hints about it, so they are kept and given back as is. */
export class Unknown {
  constructor(readonly encoded: Uint8Array = Uint8Array.of(0xd4, 0x00, 0x00)) {}
}

// A Map and not an object: user keys such as __proto__ are plain keys here.
export type ValueMap = Map<string, Value>;
export type Value = null | boolean | string | Unknown | Value[] | ValueMap;

export function packValue(value: Value): Uint8Array {
  if (value === null) return Uint8Array.of(0xc0);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    return Buffer.concat([header(text.length, 0xa0, 31, 0xd9, 0xda, 0xdb), text]);
  }
  if (value instanceof Unknown) return value.encoded;
  if (Array.isArray(value)) {
    return Buffer.concat([header(value.length, 0x90, 15, undefined, 0xdc, 0xdd), ...value.map(packValue)]);
  }
  const parts = [...value].flatMap(([key, content]) => [packValue(key), packValue(content)]);
  return Buffer.concat([header(value.size, 0x80, 15, undefined, 0xde, 0xdf), ...parts]);
}

function header(
  length: number,
  fix: number,
  fixMax: number,
  one: number | undefined,
  two: number,
  four: number,
): Buffer {
  if (length <= fixMax) return Buffer.of(fix | length);
  if (one !== undefined && length <= 0xff) return Buffer.of(one, length);
  const wide = length > 0xffff;
  const result = Buffer.alloc(wide ? 5 : 3);
  result[0] = wide ? four : two;
  result.writeUIntBE(length, 1, wide ? 4 : 2);
  return result;
}

export function unpackValue(data: Uint8Array): Value {
  const reader = new Reader(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return reader.value();
}

class Reader {
  private at = 0;

  constructor(private readonly data: Buffer) {}

  value(): Value {
    const start = this.at;
    const type = this.length(1);
    if (type <= 0x8f && type >= 0x80) return this.map(type & 0x0f);
    if (type <= 0x9f && type >= 0x90) return this.array(type & 0x0f);
    if (type <= 0xbf && type >= 0xa0) return this.text(type & 0x1f);
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return type === 0xc3;
      case 0xd9:
        return this.text(this.length(1));
      case 0xda:
        return this.text(this.length(2));
      case 0xdb:
        return this.text(this.length(4));
      case 0xdc:
        return this.array(this.length(2));
      case 0xdd:
        return this.array(this.length(4));
      case 0xde:
        return this.map(this.length(2));
      case 0xdf:
        return this.map(this.length(4));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.unknown(start, 2 ** (type - 0xd4));
      case 0xc7:
        return this.unknown(start, this.length(1));
      case 0xc8:
        return this.unknown(start, this.length(2));
      default:
        throw new Error(`a value of the unexpected MessagePack type 0x${type.toString(16)}`);
    }
  }

  private length(size: number): number {
    this.take(size);
    return this.data.readUIntBE(this.at - size, size);
  }

  private take(size: number): Buffer {
    if (this.at + size > this.data.length) throw new Error('a value ends too early');
    this.at += size;
    return this.data.subarray(this.at - size, this.at);
  }

  private text(size: number): string {
    return this.take(size).toString('utf8');
  }

  private array(size: number): Value[] {
    return Array.from({ length: size }, () => this.value());
  }

  private map(size: number): ValueMap {
    const result: ValueMap = new Map();
    for (let i = 0; i < size; i++) {
      const key = this.value();
      if (typeof key !== 'string') throw new Error('a map with a key that is not text');
      result.set(key, this.value());
    }
    return result;
  }

  private unknown(start: number, size: number): Unknown {
    this.take(size + 1);
    return new Unknown(this.data.subarray(start, this.at));
  }
}

/** Whether two values are the same for sure: a value that is not known yet equals nothing. */
export function sameValue(a: Value, b: Value): boolean {
  if (a instanceof Unknown || b instanceof Unknown) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i] ?? null));
  }
  if (a instanceof Map) {
    return (
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, v]) => b.has(key) && sameValue(v, b.get(key) ?? null))
    );
  }
  return a === b;
}
