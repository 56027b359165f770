/** Ethernet, ARP and ICMP echo as bytes: what the switch's outside station needs, no more. */

export const broadcastMac = 'ff:ff:ff:ff:ff:ff';
const etherTypeArp = 0x0806;
const etherTypeIpv4 = 0x0800;

export function macOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

function ipBytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

export function destinationOf(frame: Buffer): string {
  return macOf(frame.subarray(0, 6));
}

export function sourceOf(frame: Buffer): string {
  return macOf(frame.subarray(6, 12));
}

/** Broadcast is a multicast too: the lowest bit of the first byte. */
export function isMulticast(mac: string): boolean {
  return (parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

export interface Arp {
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
}

export function arpFrame(arp: Arp, destination: string = arp.targetMac): Buffer {
  // The smallest frame a wire carries: some drivers drop shorter ones.
  const frame = Buffer.alloc(60);
  macBytes(destination).copy(frame, 0);
  macBytes(arp.senderMac).copy(frame, 6);
  frame.writeUInt16BE(etherTypeArp, 12);
  Buffer.from('0001080006040000', 'hex').copy(frame, 14);
  frame.writeUInt16BE(arp.operation === 'request' ? 1 : 2, 20);
  macBytes(arp.senderMac).copy(frame, 22);
  ipBytes(arp.senderAddress).copy(frame, 28);
  macBytes(destination === broadcastMac ? '00:00:00:00:00:00' : arp.targetMac).copy(frame, 32);
  ipBytes(arp.targetAddress).copy(frame, 38);
  return frame;
}

export function parseArp(frame: Buffer): Arp | undefined {
  if (frame.length < 42 || frame.readUInt16BE(12) !== etherTypeArp) return undefined;
  const operation = frame.readUInt16BE(20);
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    operation: operation === 1 ? 'request' : 'reply',
    senderMac: macOf(frame.subarray(22, 28)),
    senderAddress: frame.subarray(28, 32).join('.'),
    targetMac: macOf(frame.subarray(32, 38)),
    targetAddress: frame.subarray(38, 42).join('.'),
  };
}

export interface Echo {
  readonly kind: 'request' | 'reply';
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly source: string;
  readonly destination: string;
  readonly identifier: number;
  readonly sequence: number;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) sum += bytes.readUInt16BE(index);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export function echoFrame(echo: Echo): Buffer {
  const frame = Buffer.alloc(98);
  macBytes(echo.destinationMac).copy(frame, 0);
  macBytes(echo.sourceMac).copy(frame, 6);
  frame.writeUInt16BE(etherTypeIpv4, 12);
  frame[14] = 0x45;
  frame.writeUInt16BE(frame.length - 14, 16);
  frame[22] = 64;
  frame[23] = 1;
  ipBytes(echo.source).copy(frame, 26);
  ipBytes(echo.destination).copy(frame, 30);
  frame.writeUInt16BE(checksum(frame.subarray(14, 34)), 24);
  frame[34] = echo.kind === 'request' ? 8 : 0;
  frame.writeUInt16BE(echo.identifier, 38);
  frame.writeUInt16BE(echo.sequence, 40);
  frame.writeUInt16BE(checksum(frame.subarray(34)), 36);
  return frame;
}

export function parseEcho(frame: Buffer): Echo | undefined {
  if (frame.length < 42 || frame.readUInt16BE(12) !== etherTypeIpv4 || frame[14] !== 0x45 || frame[23] !== 1)
    return undefined;
  const type = frame[34];
  if (type !== 0 && type !== 8) return undefined;
  return {
    kind: type === 8 ? 'request' : 'reply',
    sourceMac: sourceOf(frame),
    destinationMac: destinationOf(frame),
    source: frame.subarray(26, 30).join('.'),
    destination: frame.subarray(30, 34).join('.'),
    identifier: frame.readUInt16BE(38),
    sequence: frame.readUInt16BE(40),
  };
}

/** The answer to an echo request: the same bytes back, for the asker compares them. */
export function echoReplyTo(request: Buffer, sourceMac: string): Buffer {
  const reply = Buffer.from(request);
  request.copy(reply, 0, 6, 12);
  macBytes(sourceMac).copy(reply, 6);
  request.copy(reply, 26, 30, 34);
  request.copy(reply, 30, 26, 30);
  reply[34] = 0;
  reply.writeUInt16BE(0, 36);
  const icmp = reply.subarray(34, 14 + reply.readUInt16BE(16));
  reply.writeUInt16BE(checksum(icmp.length % 2 === 0 ? icmp : Buffer.concat([icmp, Buffer.alloc(1)])), 36);
  return reply;
}
