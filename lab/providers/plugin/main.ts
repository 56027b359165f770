/** A provider process: started by the engine, it prints one line that says where it listens, and answers until told to go. */
import type { AddressInfo } from 'node:net';
import { makeCertificate } from './certificate';
import { createExternalProvider } from './external-provider';
import { createGrpcServer } from './grpc-server';
import { createNullProvider } from './null-provider';
import { stopPrograms } from './run-program';
import { createService } from './service';

// Facts of the engine's handshake: a program that is started by hand lacks the cookie and says so.
const COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const CORE_PROTOCOL = 1;
const PROVIDER_PROTOCOL = 5;
const SHUTDOWN = '/plugin.GRPCController/Shutdown';
const PARENT_CHECK_MILLISECONDS = 2000;

function leave(): void {
  stopPrograms();
  process.exit(0);
}

function main(): void {
  const provider = process.argv[2] === 'external' ? createExternalProvider() : createNullProvider();
  const clientCertificate = process.env['PLUGIN_CLIENT_CERT'] ?? '';
  if (process.env['TF_PLUGIN_MAGIC_COOKIE'] !== COOKIE || clientCertificate === '') {
    process.stderr.write(
      `This is the lab's stand-in for the provider ${provider.name}: terraform or OpenTofu starts it.\n`,
    );
    process.exit(1);
  }
  const certificate = makeCertificate();
  const service = createService(provider);
  const server = createGrpcServer(certificate, clientCertificate, (path, request) => {
    if (path !== SHUTDOWN) return service(path, request);
    // The answer first: without it the engine waits for a while and then kills.
    setTimeout(leave, 20);
    return Promise.resolve(new Uint8Array());
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    const trusted = certificate.der.toString('base64').replace(/=+$/, '');
    process.stdout.write(`${CORE_PROTOCOL}|${PROVIDER_PROTOCOL}|tcp|127.0.0.1:${port}|grpc|${trusted}\n`);
  });

  // Ctrl-C reaches the whole process group; when to end is the engine's decision.
  process.on('SIGINT', () => undefined);
  // An engine that was killed cannot say good-bye: nothing of it stays behind.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) leave();
  }, PARENT_CHECK_MILLISECONDS).unref();
}

main();
