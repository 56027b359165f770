import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { makeCertificate } from '../../../lab/providers/plugin/certificate';
import { calls } from '../../../lab/providers/plugin/messages';
import { packValue, sameValue, Unknown, unpackValue } from '../../../lab/providers/plugin/msgpack';
import type { Value } from '../../../lab/providers/plugin/msgpack';
import { createNullProvider } from '../../../lab/providers/plugin/null-provider';
import { bytes, decode, encode, int, list, map, string } from '../../../lab/providers/plugin/protobuf';
import { createService } from '../../../lab/providers/plugin/service';

const anyValue = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 20 }).map((entries) => new Map(entries)),
  ),
})).value;

test('a value survives MessagePack', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(sameValue(unpackValue(packValue(value)), value)).toBe(true);
    }),
  );
});

test.each([0, 15, 16, 31, 32, 255, 256, 65_535, 65_536])(
  'text, lists and maps of the length %d survive MessagePack',
  (length) => {
    const items = Array.from({ length }, (_, i) => String(i));
    const values: Value[] = ['x'.repeat(length), items, new Map(items.map((item) => [item, item]))];
    for (const value of values) expect(sameValue(unpackValue(packValue(value)), value)).toBe(true);
  },
);

test('a value that is not known yet keeps its hints and equals nothing', () => {
  for (const hex of ['d40000', 'c7030c810101', 'd50c8080', 'c800020c8080']) {
    const encoded = Buffer.from(hex, 'hex');
    const value = unpackValue(encoded);
    expect(value).toBeInstanceOf(Unknown);
    expect(Buffer.from(packValue(value)).toString('hex')).toBe(hex);
    expect(sameValue(value, value)).toBe(false);
  }
});

test('a value that ends too early is an error', () => {
  expect(() => unpackValue(Buffer.from('a561', 'hex'))).toThrow('ends too early');
  expect(() => unpackValue(Buffer.from('cb0000000000000000', 'hex'))).toThrow('unexpected MessagePack type 0xcb');
});

const shape = {
  number: int(1),
  text: string(2),
  raw: bytes(3),
  many: list(4, { text: string(1) }),
  named: map(16, { number: int(1) }),
};

test('a message survives protocol buffers, and fields that are not known are skipped', () => {
  const value = {
    number: 300_000_000_000,
    text: 'ü',
    raw: Buffer.of(0, 255),
    many: [{ text: 'a' }, { text: '' }],
    named: new Map([['__proto__', { number: 7 }]]),
  };
  expect(decode(shape, encode(shape, value))).toEqual(value);
  const unknown = Buffer.from('3a0161' + '4001' + '490000000000000000' + '5500000000' + '0805', 'hex');
  expect(decode(shape, unknown)).toMatchObject({ number: 5, text: '', many: [] });
  expect(() => decode(shape, Buffer.from('1205', 'hex'))).toThrow('ends in the middle of a field');
  expect(() => decode(shape, Buffer.from('0b', 'hex'))).toThrow('unknown wire type 3');
});

test('the certificate of a provider process is for localhost, signed by itself, and valid now', () => {
  const { certificatePem, der } = makeCertificate();
  const certificate = new X509Certificate(certificatePem);
  expect(certificate.raw.equals(der)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.ca).toBe(true);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 86_400_000);
});

test('a call that is not known is told apart from one that fails', async () => {
  const service = createService(createNullProvider());
  expect(service('/tfplugin5.Provider/GetFunctions', new Uint8Array())).toBeUndefined();
  expect(service('/tfplugin5.Provider/toString', new Uint8Array())).toBeUndefined();
  const request = encode(calls.PlanResourceChange.request, {
    typeName: 'null_other',
    proposedNewState: { msgpack: Buffer.of(0x80) },
  });
  await expect(service('/tfplugin5.Provider/PlanResourceChange', request)).rejects.toThrow('has no "null_other"');
});
