/**
 * The certificate of one provider process, made at start and gone with it: the engine reads it from the handshake line
 * and trusts nothing else on the connection. Node can make keys but not certificates, hence the few lines of DER.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  readonly der: Buffer;
  readonly certificatePem: string;
  readonly keyPem: string;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;

const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const KEY_USAGE = Buffer.from('551d0f', 'hex');
const ALTERNATIVE_NAME = Buffer.from('551d11', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex');
const EXTENDED_KEY_USAGE = Buffer.from('551d25', 'hex');
const SERVER_AUTH = Buffer.from('2b06010505070301', 'hex');

const DAY = 86_400_000;

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  if (body.length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, body.length), body]);
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 0xff), body]);
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

function extension(id: Buffer, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [Buffer.of(0x01, 0x01, 0xff)] : [];
  return der(SEQUENCE, der(OBJECT_ID, id), ...flag, der(OCTET_STRING, value));
}

/** A self-signed certificate for `localhost`: the name the engine asks for, whatever address it dials. */
export function makeCertificate(now = Date.now()): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8, Buffer.from('localhost')))));
  const extensions = der(
    SEQUENCE,
    extension(BASIC_CONSTRAINTS, true, der(SEQUENCE, Buffer.of(0x01, 0x01, 0xff))),
    // digitalSignature and keyCertSign: it signs the connection, and it is its own authority.
    extension(KEY_USAGE, true, der(BIT_STRING, Buffer.of(0x02, 0x84))),
    extension(EXTENDED_KEY_USAGE, false, der(SEQUENCE, der(OBJECT_ID, SERVER_AUTH))),
    extension(ALTERNATIVE_NAME, false, der(SEQUENCE, der(0x82, Buffer.from('localhost')))),
  );
  // A leading 0x01 keeps the serial number positive.
  const serial = der(INTEGER, Buffer.of(0x01), randomBytes(15));
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.of(2))),
    serial,
    algorithm,
    name,
    der(SEQUENCE, time(now - DAY), time(now + 30 * DAY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const certificate = der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.of(0), sign('sha256', body, privateKey)));
  return {
    der: certificate,
    certificatePem: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
