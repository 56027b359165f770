/** What stands in a tar about one of its members, as it stands there. */
export interface TarHeader {
  readonly name: string;
  /** `0` a file, `5` a directory, `L` the long name of the next one, `x` and `g` what old tars warn of. */
  readonly type: string;
  readonly uid: string;
  readonly user: string;
  readonly text: string;
}

const field = (header: Buffer, from: number, bytes: number): string =>
  header.toString('latin1', from, from + bytes).replace(/\0.*$/s, '');

/** The headers of a tar that ends as a whole one does; throws for any other. */
export function tarHeaders(tar: Buffer): readonly TarHeader[] {
  const found: TarHeader[] = [];
  let at = 0;
  for (; tar[at] !== 0;) {
    const header = tar.subarray(at, at + 512);
    if (header.length < 512) throw new Error(`the tar is cut after ${tar.length} bytes`);
    const size = parseInt(field(header, 124, 12), 8);
    const text = tar.toString('latin1', at + 512, at + 512 + size);
    const [name, type] = [field(header, 0, 100), header.toString('latin1', 156, 157)];
    found.push({ name, type, uid: field(header, 108, 8), user: field(header, 265, 32), text });
    at += 512 + 512 * Math.ceil(size / 512);
  }
  const rest = tar.subarray(at);
  if (rest.length < 1024 || rest.some((byte) => byte !== 0)) throw new Error('the tar has no end');
  return found;
}
