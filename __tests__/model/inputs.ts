import { createHash } from 'node:crypto';
import { type BridgeInput, defineBridge } from '../../lib/model/bridge';
import { type DomUInput, defineDomU } from '../../lib/model/domu';
import { ValidationError } from '../../lib/model/errors';
import { type LanInput, defineLan } from '../../lib/model/lan';
import { type XenHostInput, defineXenHost } from '../../lib/model/xen-host';

/** A field as a person without a type checker may give it. */
export type Loose<T> = { readonly [K in keyof T]?: unknown };

/** A well-formed public key that belongs to nobody. */
export const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJm9uwQqV0cT2d5rS7JXkZ3n1y4P8aH6bV0eLcWmDkf';

export const lan = (change: Loose<LanInput> = {}) =>
  defineLan({ name: 'lan0', cidr: '192.0.2.0/24', gateway: '192.0.2.1', ...change } as LanInput);

export const bridge = (change: Loose<BridgeInput> = {}) =>
  defineBridge({
    name: 'xenbr0',
    lan: lan(),
    uplink: { device: 'eth0', macAddress: '52:54:00:aa:00:01' },
    address: '192.0.2.10',
    ...change,
  } as BridgeInput);

export const domU = (change: Loose<DomUInput> = {}) =>
  defineDomU({
    name: 'web1',
    memoryMiB: 1024,
    boot: { kind: 'pygrub' },
    disks: [{ kind: 'phy', path: '/dev/vg0/web1' }],
    vifs: [{ bridge: bridge(), address: '192.0.2.21' }],
    ...change,
  } as DomUInput);

export const xenHost = (change: Loose<XenHostInput> = {}) =>
  defineXenHost({
    name: 'xen01',
    ssh: { address: '192.0.2.10', hostKeys: [HOST_KEY] },
    memoryMiB: 8192,
    ...change,
  } as XenHostInput);

/** The error of a definition that has to fail. */
export function failureOf(define: () => unknown): ValidationError {
  try {
    define();
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

export function problemsOf(define: () => unknown): readonly string[] {
  return failureOf(define).problems;
}

/** A well-formed public key for each number, and nobody's either. */
export function hostKey(number: number): string {
  return `ssh-ed25519 ${keyData('ssh-ed25519', createHash('sha256').update(`host ${number}`).digest())}`;
}

/** A public key's data with parts of one's own. */
export function keyData(...parts: readonly (string | Buffer)[]): string {
  const bytes = parts.flatMap((part) => {
    const body = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return [length, body];
  });
  return Buffer.concat(bytes).toString('base64');
}
