import { estateFindings, estateWarnings } from '../../lib/model/validate-estate';
import { LAN0, estate, findingsOf, guest, host, hostBridge } from './estates';
import { bridge, hostKey, keyData, lan } from './inputs';

const one = hostBridge(1);
const two = hostBridge(2);
const KEY = hostKey(1);
const RSA = `ssh-rsa ${keyData('ssh-rsa', '\x01\x00\x01', Buffer.alloc(257, 7))}`;
const at = (address: string, hostKeys: readonly string[], more = {}) => ({
  host: { ssh: { address, hostKeys, ...more } },
});

test('two hosts with one host key are refused, whatever other keys they have, once for all that they share', () => {
  const message =
    "hosts 'xen1' and 'xen2' have one host key (ssh-ed25519 and ssh-rsa), so nobody can tell them apart: copy the key of each; " +
    'if a machine is a clone of another, make new ones there (rm /etc/ssh/ssh_host_*; service sshd restart)';
  expect(findingsOf(host(1, at('192.0.2.10', [KEY, RSA])), host(2, at('192.0.2.11', [hostKey(2), RSA, KEY])))).toEqual([
    `office/xen1: ${message}`,
    `office/xen2: ${message}`,
  ]);
});

test('ports of one address may lead to one key', () => {
  const through = (port: number) => at('gate.example.org', [KEY], { port });
  expect(findingsOf(host(1, through(2201)), host(2, through(2202)))).toEqual([]);
});

test("a host that is looked for at a guest's address is refused, also where it has been until now", () => {
  const web1 = guest('web1', one, '192.0.2.21');
  const onOne = { bridges: [one], guests: [web1] };
  const cure =
    "which is the address of domU 'web1' vif 0 (office/xen1/web1) on lan 'lan0': give ssh the address of dom0, or the guest one of " +
    'its own; where a guest passes connections on, give ssh a name';
  expect(findingsOf(host(1, onOne), host(2, { bridges: [], ...at('192.0.2.21', [hostKey(2)]) }))).toEqual([
    `office/xen2: host 'xen2' is looked for at 192.0.2.21 (ssh.address), ${cure}`,
  ]);
  const moves = at('192.0.2.11', [hostKey(2)], { movesFrom: '192.0.2.21' });
  expect(findingsOf(host(1, onOne), host(2, { bridges: [], ...moves }))).toEqual([
    `office/xen2: host 'xen2' is looked for at 192.0.2.21 (ssh.movesFrom), ${cure}`,
  ]);
});

test('the address of a guest on an isolated lan is another one', () => {
  const far = lan({ name: 'far', isolated: true });
  const on = bridge({ lan: far, uplink: undefined, address: undefined });
  const contents = host(1, { bridges: [on], guests: [guest('web1', on, '192.0.2.21')] });
  const other = host(2, { bridges: [], ...at('192.0.2.21', [hostKey(2)]) });
  expect(estateFindings(estate([contents, other], [far]))).toEqual([]);
});

test("a host that is looked for at another host's bridge is refused, unless a port or a jump leads on", () => {
  const looking = (more: object) =>
    findingsOf(host(1), host(2, { bridges: [], ...at('192.0.2.10', [hostKey(2)], { port: 22, ...more }) }));
  expect(looking({ port: 2202 })).toEqual([]);
  const named = { bridges: [], ...at('xen1.example.org', [hostKey(1)]) };
  expect(findingsOf({ ...host(1, at('xen1.example.org', [KEY])) }, host(2, named)).join('\n')).toContain(
    'same machine',
  );
  const elsewhere = host(1, { ...at('198.51.100.7', [KEY]) });
  expect(findingsOf(elsewhere, host(2, { bridges: [], ...at('192.0.2.10', [hostKey(2)]) }))).toEqual([
    "office/xen2: host 'xen2' is looked for at 192.0.2.10, which is the address of host 'xen1' on a bridge of its own (office/xen1): " +
      "give ssh the address of 'xen2'",
  ]);
});

test('guests of two hosts whose names differ only by case are warned of, those of one host refused', () => {
  const guests = [guest('web1', one, '192.0.2.21'), guest('Web1', two, '192.0.2.22')] as const;
  const apart = [host(1, { bridges: [one], guests: [guests[0]] }), host(2, { bridges: [two], guests: [guests[1]] })];
  expect(findingsOf(...apart)).toEqual([]);
  const message =
    "guests 'Web1' (office/xen2/Web1) and 'web1' (office/xen1/web1) differ only by upper and lower case, and are easily taken for " +
    'each other; each has a MAC of its own';
  expect(estateWarnings(estate(apart))).toEqual([
    { path: 'office/xen1/web1', message },
    { path: 'office/xen2/Web1', message },
  ]);
  const together = host(1, { bridges: [one], guests: [guests[0], guest('WEB1', one, '192.0.2.23')] });
  expect(findingsOf(together)).toHaveLength(2);
  expect(findingsOf(together)[0]).toContain("guests 'WEB1' and 'web1' differ only by upper and lower case");
  expect(LAN0.isolated).toBe(false);
});
