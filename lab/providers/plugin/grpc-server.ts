/**
 * The server side of gRPC for calls with one request and one answer, straight on Node's HTTP/2: each message is a flag
 * byte, four bytes of length and the content; the result code comes in the trailers.
 */
import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, ServerHttp2Stream } from 'node:http2';
import type { Certificate } from './certificate';

/** Answers a call, or returns undefined where it knows no call of this path. */
export type CallHandler = (path: string, request: Uint8Array) => Promise<Uint8Array> | undefined;

const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const PREFIX = 5;

export function createGrpcServer(
  certificate: Certificate,
  clientCertificate: string,
  handle: CallHandler,
): Http2SecureServer {
  const server = createSecureServer({
    cert: certificate.certificatePem,
    key: certificate.keyPem,
    // Only the engine that started this process holds the key to this certificate: no other program may call.
    ca: clientCertificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('stream', (stream, headers) => {
    // A client that goes away in the middle of a call is not an error of the server.
    stream.on('error', () => undefined);
    const path = headers[':path'] ?? '';
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      void answer(stream, path, Buffer.concat(parts), handle);
    });
  });
  return server;
}

async function answer(stream: ServerHttp2Stream, path: string, body: Buffer, handle: CallHandler): Promise<void> {
  try {
    if (body[0] === 1) {
      refuse(stream, UNIMPLEMENTED, 'compressed messages are not supported');
      return;
    }
    const reply = handle(path, body.subarray(PREFIX));
    if (reply === undefined) {
      refuse(stream, UNIMPLEMENTED, `unknown call ${path}`);
      return;
    }
    const content = await reply;
    if (stream.destroyed) return;
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt32BE(content.length, 1);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': '0' });
    });
    stream.end(Buffer.concat([prefix, content]));
  } catch (error) {
    refuse(stream, INTERNAL, error instanceof Error ? error.message : String(error));
  }
}

function refuse(stream: ServerHttp2Stream, status: number, text: string): void {
  if (stream.destroyed || stream.headersSent) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  stream.respond(
    { ...headers, 'grpc-status': String(status), 'grpc-message': encodeURIComponent(text) },
    { endStream: true },
  );
}
