import { createHash } from 'node:crypto';
import { guestFacts, hostFacts } from '../../../lab/bench/synth-estate';
import { prepare } from '../../../lab/bench/synth-template';
import { hostTemplate, valuesOf } from '../../../lab/bench/synth-text';

const SHAPE = { stacks: 12, guests: 3 };
const HOSTS = Array.from({ length: SHAPE.stacks }, (_, host) => host);
const MAC = '02:00:00:00:00:01';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const guestsOf = (host: number) => Array.from({ length: SHAPE.guests }, (_, guest) => guestFacts(SHAPE, host, guest));

const connectionOf = (host: number): string => sha256(hostFacts(host).address).slice(0, 16);

/** Texts of every kind that a host's tree and its JSON have. */
const TEXTS: Record<string, (host: number) => string> = {
  'a file of its own': (host) => `HWADDR=${hostFacts(host).eth0}\nIPADDR=${hostFacts(host).address}\n`,
  'a hash': (host) => `${connectionOf(host)}\n`,
  'one word': (host) => hostFacts(host).name,
  nothing: () => '',
  'a line for every guest': (host) =>
    `bridge xenbr0\n${guestsOf(host)
      .map(({ name }) => `guest ${name}\n`)
      .join('')}`,
  'several lines a guest': (host) =>
    guestsOf(host)
      .flatMap(({ name }) => ['files', 'words'].map((what) => `domU-${name} ${what}/${name} ${sha256(what + name)}\n`))
      .join('') + `host keys ${sha256(hostFacts(host).name)}\n`,
  'a trigger with all names': (host) =>
    guestsOf(host)
      .map(({ name }) => name)
      .join(' '),
  'a line for every other host': (host) =>
    HOSTS.filter((other) => other !== host)
      .map((other) => {
        const { name, address } = hostFacts(other);
        const units = guestsOf(other).map((guest) => `domU-${guest.name}`);
        return `${name} ${address} ${connectionOf(other)} ${units.join(',')}\n`;
      })
      .join(''),
};

const values = HOSTS.map((host) =>
  valuesOf(SHAPE, host, {
    own: Object.values(TEXTS).map((textOf) => textOf(host)),
    guests: guestsOf(host).map(() => ''),
    macs: guestsOf(host).map(() => MAC),
  }),
);

test.each(Object.entries(TEXTS))("%s of the first host becomes every host's", (_, textOf) => {
  const fill = prepare(hostTemplate(SHAPE, values, 0, textOf(0)), values);
  expect(HOSTS.map((host) => fill(host, values[host]?.own ?? []))).toEqual(HOSTS.map(textOf));
});

test('a template names no host and no guest', () => {
  const templates = Object.values(TEXTS).map((textOf) => hostTemplate(SHAPE, values, 0, textOf(0)));
  expect(JSON.stringify(templates)).not.toMatch(/xen\d{5}|g\d{5}|10\.77|[0-9a-f]{16}/);
});
