import { lan } from '../../../lab/xen/addresses';
import { arpFrame, broadcastMac, echoFrame, echoReplyTo, parseArp, parseEcho } from '../../../lab/xen/frames';
import { OutsideStation } from '../../../lab/xen/outside-station';
import { EthernetSwitch } from '../../../lab/xen/switch';

const address = '192.0.2.21';
const mac = '00:16:3e:a6:05:8f';
const otherMac = '00:16:3e:9a:12:f8';

let network: EthernetSwitch;
let outside: OutsideStation;
beforeEach(() => {
  network = new EthernetSwitch();
  outside = new OutsideStation(network);
});
afterEach(async () => {
  outside.close();
  await network.close();
});

/** A machine that answers ARP and ping as a guest does. */
function guest(port: string, ownMac: string): { answers: boolean; send: (frame: Buffer) => void } {
  const machine = {
    answers: true,
    send: network.addStation(port, (frame) => {
      if (!machine.answers) return;
      const arp = parseArp(frame);
      if (arp?.operation === 'request' && arp.targetAddress === address)
        machine.send(
          arpFrame({
            operation: 'reply',
            senderMac: ownMac,
            senderAddress: address,
            targetMac: arp.senderMac,
            targetAddress: arp.senderAddress,
          }),
        );
      const echo = parseEcho(frame);
      if (echo?.kind === 'request' && echo.destinationMac === ownMac) machine.send(echoReplyTo(frame, ownMac));
    }),
  };
  return machine;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

test('nobody answers for an address that nobody has', async () => {
  expect(await outside.arp(address, 40)).toEqual([]);
});

test('the owner of an address is known by its MAC', async () => {
  guest('xen01', mac);
  expect(await outside.arp(address, 40)).toEqual([mac]);
});

test('two owners of one address are both seen', async () => {
  guest('xen01', mac);
  guest('xen02', otherMac);
  expect(await outside.arp(address, 40)).toEqual([otherMac, mac]);
});

test('a ping counts who answered', async () => {
  guest('xen01', mac);
  const ping = outside.startPing(address, 5);
  await pause(100);
  const statistics = await outside.stopPing(ping);
  expect(statistics.received).toBeGreaterThan(3);
  expect(Object.keys(statistics.answersByMac)).toEqual([mac]);
});

test('a time without answers is the longest gap of a ping', async () => {
  const machine = guest('xen01', mac);
  const ping = outside.startPing(address, 5);
  await pause(60);
  machine.answers = false;
  await pause(150);
  machine.answers = true;
  await pause(60);
  const statistics = await outside.stopPing(ping);
  expect(statistics.longestGapMs).toBeGreaterThanOrEqual(100);
  expect(statistics.stillDown).toBe(false);
  expect(statistics.lossPercent).toBeGreaterThan(0);
});

test('a ping to nobody loses everything', async () => {
  const ping = outside.startPing(address, 5);
  await pause(30);
  const statistics = await outside.stopPing(ping);
  expect(statistics).toMatchObject({ received: 0, lossPercent: 100, stillDown: true });
});

test('stopping a ping twice is an error that says so', async () => {
  const ping = outside.startPing(address, 5);
  await outside.stopPing(ping);
  await expect(outside.stopPing(ping)).rejects.toThrow(`no ping ${ping} is running`);
});

test('the station answers who asks for its MAC and who pings it', () => {
  const heard: Buffer[] = [];
  const send = network.addStation('xen01', (frame) => heard.push(frame));
  const asked = {
    operation: 'request' as const,
    senderMac: mac,
    senderAddress: address,
    targetMac: broadcastMac,
    targetAddress: lan.outside,
  };
  send(arpFrame(asked));
  expect(heard.map(parseArp)).toEqual([
    {
      operation: 'reply',
      senderMac: lan.outsideMac,
      senderAddress: lan.outside,
      targetMac: mac,
      targetAddress: address,
    },
  ]);
  heard.length = 0;
  const request = {
    kind: 'request' as const,
    sourceMac: mac,
    destinationMac: lan.outsideMac,
    source: address,
    destination: lan.outside,
    identifier: 7,
    sequence: 3,
  };
  send(echoFrame(request));
  expect(heard.map(parseEcho)).toEqual([
    {
      ...request,
      kind: 'reply',
      sourceMac: lan.outsideMac,
      destinationMac: mac,
      source: lan.outside,
      destination: address,
    },
  ]);
});

test('an echo reply has the checksum that its own sender would compute', () => {
  const echo = { identifier: 9, sequence: 65_535, source: address, destination: lan.outside };
  const request = echoFrame({ kind: 'request', sourceMac: mac, destinationMac: lan.outsideMac, ...echo });
  const reply = echoFrame({
    kind: 'reply',
    sourceMac: lan.outsideMac,
    destinationMac: mac,
    ...echo,
    source: lan.outside,
    destination: address,
  });
  expect(echoReplyTo(request, lan.outsideMac)).toEqual(reply);
});
