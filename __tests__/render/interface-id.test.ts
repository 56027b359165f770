import { interfaceId } from '../../lib/render/interface-id';

test.each([
  ['52:54:00:aa:00:01', '5054:ff:feaa:1'],
  ['00:16:3e:00:00:01', '216:3eff:fe00:1'],
  ['02:00:00:00:00:00', '0:ff:fe00:0'],
  ['FE:FF:FF:FF:FF:FF', 'fcff:ffff:feff:ffff'],
])('the end of an address that %s makes is %s', (mac, end) => {
  expect(interfaceId(mac)).toBe(end);
});
