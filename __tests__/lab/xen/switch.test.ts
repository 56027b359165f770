import { connect, type Socket } from 'node:net';
import { arpFrame, broadcastMac } from '../../../lab/xen/frames';
import { EthernetSwitch } from '../../../lab/xen/switch';

const macs = { a: '52:54:00:00:00:0a', b: '52:54:00:00:00:0b', c: '52:54:00:00:00:0c' };

let network: EthernetSwitch;
beforeEach(() => {
  network = new EthernetSwitch();
});
afterEach(() => network.close());

/** A frame from one MAC to another; what is in it does not matter to a switch. */
function frame(from: string, to: string): Buffer {
  return arpFrame(
    { operation: 'reply', senderMac: from, senderAddress: '192.0.2.1', targetMac: to, targetAddress: '192.0.2.2' },
    to,
  );
}

function station(name: string): { send: (frame: Buffer) => void; received: Buffer[] } {
  const received: Buffer[] = [];
  return { send: network.addStation(name, (bytes) => received.push(bytes)), received };
}

/** Gives up in time, so that what fails is the test and not the runner. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a frame to an unknown MAC goes to every other port', () => {
  const [a, b, c] = [station('a'), station('b'), station('c')];
  a.send(frame(macs.a, macs.b));
  expect([a.received.length, b.received.length, c.received.length]).toEqual([0, 1, 1]);
});

test('a frame to a MAC that was heard goes to its port only', () => {
  const [a, b, c] = [station('a'), station('b'), station('c')];
  b.send(frame(macs.b, broadcastMac));
  c.received.length = 0;
  a.send(frame(macs.a, macs.b));
  expect([b.received.length, c.received.length]).toEqual([1, 0]);
});

test('a broadcast goes everywhere but back', () => {
  const [a, b, c] = [station('a'), station('b'), station('c')];
  a.send(frame(macs.a, broadcastMac));
  expect([a.received.length, b.received.length, c.received.length]).toEqual([0, 1, 1]);
});

test('a MAC that speaks from two ports is counted as moving', () => {
  const [a, b] = [station('a'), station('b')];
  for (let round = 0; round < 3; round += 1) {
    a.send(frame(macs.c, broadcastMac));
    b.send(frame(macs.c, broadcastMac));
  }
  expect(network.macTable()).toEqual([{ mac: macs.c, port: 'b', moves: 5 }]);
});

test('nothing passes a dropped port in either direction until it is restored', () => {
  const [a, b] = [station('a'), station('b')];
  network.drop('b');
  a.send(frame(macs.a, broadcastMac));
  b.send(frame(macs.b, broadcastMac));
  expect([a.received.length, b.received.length]).toEqual([0, 0]);
  expect(network.statistics('b')).toEqual({ framesIn: 1, framesOut: 0, framesDropped: 2 });
  network.restore('b');
  a.send(frame(macs.a, broadcastMac));
  expect(b.received.length).toBe(1);
});

test('dropping a port that does not exist names those that do', () => {
  station('a');
  expect(() => {
    network.drop('b');
  }).toThrow("no port 'b' on the switch, it has: a");
});

test('a cable carries frames both ways however the bytes are cut', async () => {
  const a = station('a');
  const port = await network.addCable('b');
  const cable = await plug(port);
  const bytes = withLength(frame(macs.b, macs.a));
  for (const byte of bytes) cable.write(Buffer.from([byte]));
  await until(() => a.received.length === 1);
  expect(a.received[0]).toEqual(frame(macs.b, macs.a));

  const heard: Buffer[] = [];
  cable.on('data', (data: Buffer) => heard.push(data));
  a.send(frame(macs.a, macs.b));
  a.send(frame(macs.a, macs.b));
  const expected = Buffer.concat([frame(macs.a, macs.b), frame(macs.a, macs.b)].map(withLength));
  await until(() => Buffer.concat(heard).length >= expected.length);
  expect(Buffer.concat(heard)).toEqual(expected);
});

test('a MAC behind a cable is forgotten when the cable is pulled', async () => {
  station('a');
  const cable = await plug(await network.addCable('b'));
  cable.write(withLength(frame(macs.b, broadcastMac)));
  await until(() => network.macTable().length === 1);
  cable.destroy();
  await until(() => network.macTable().length === 0);
});

test('a port that accepts only its own MACs is not flooded with those of others', async () => {
  const a = station('a');
  const cable = await plug(await network.addCable('gateway', { accepts: (mac) => mac.startsWith('52:55:') }));
  const heard: Buffer[] = [];
  cable.on('data', (data: Buffer) => heard.push(data));
  cable.write(withLength(frame('52:55:c0:00:02:01', broadcastMac)));
  await until(() => a.received.length === 1);
  a.send(frame(macs.a, macs.b));
  a.send(frame(macs.a, '52:55:c0:00:02:01'));
  await until(() => heard.length > 0);
  expect(Buffer.concat(heard)).toEqual(withLength(frame(macs.a, '52:55:c0:00:02:01')));
});

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

async function plug(port: number): Promise<Socket> {
  const cable = connect(port, '127.0.0.1');
  await new Promise((resolve) => cable.once('connect', resolve));
  return cable;
}
