import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly, Type } from '../../packaging/api-md/assembly';
import { gapsOf } from '../../packaging/api-md/gaps';
import { renderApi } from '../../packaging/api-md/render';

const GOLDEN = join(__dirname, 'golden', 'API.md');

const SHIP: Type = {
  name: 'Ship',
  kind: 'class',
  docs: { summary: 'A ship;', remarks: 'it\nfloats.\n\nIt has no wheels.' },
  initializer: {
    docs: { custom: { throws: 'an Error where it would sink' } },
    parameters: [{ name: 'props', docs: { summary: 'what it shall be.' }, type: { fqn: 'navy.ShipProps' } }],
  },
  methods: [
    {
      name: 'meet',
      docs: { summary: 'Meets others.', returns: 'whoever came', custom: { throws: 'an Error in fog.' } },
      parameters: [
        {
          name: 'others',
          docs: { summary: 'whom' },
          optional: true,
          type: { collection: { kind: 'array', elementtype: { fqn: 'navy.Ship' } } },
        },
      ],
      returns: { type: { primitive: 'boolean' } },
    },
  ],
  properties: [{ name: 'name', docs: { summary: 'Its name.' }, optional: true, type: { primitive: 'string' } }],
};

const PROPS: Type = {
  name: 'ShipProps',
  kind: 'interface',
  docs: { summary: 'Properties of a `Ship`.' },
  interfaces: ['navy.BoatProps'],
  properties: [
    { name: 'captain', docs: { summary: 'Who commands.' }, type: { fqn: 'people.Person' } },
    { name: 'masts', docs: { summary: 'How many.', default: '3' }, optional: true, type: { primitive: 'number' } },
    { name: 'flag', docs: { summary: 'Whose.', default: '- none' }, optional: true, type: { primitive: 'string' } },
  ],
};

const RIG: Type = {
  name: 'Rig',
  kind: 'class',
  docs: { summary: 'What carries the sails.' },
  methods: [
    {
      name: 'sloop',
      static: true,
      docs: { summary: 'One mast.', returns: 'what `rig` takes' },
      returns: { type: { fqn: 'navy.Rig' } },
    },
  ],
};

const WIND: Type = {
  name: 'Wind',
  kind: 'enum',
  docs: { summary: 'Where the wind comes from.' },
  members: [{ name: 'NORTH', docs: { summary: 'From the north.', remarks: 'Cold.' } }],
};

function assembly(...types: readonly Type[]): Assembly {
  return { name: 'navy', types: Object.fromEntries(types.map((type) => [`navy.${type.name}`, type])) };
}

test('the page has every type, in parts, with shapes, defaults and errors', () => {
  const page = renderApi(assembly(WIND, SHIP, RIG, PROPS));
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(GOLDEN, page);
  expect(page).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('a type that the page has no words for is an error, not a hole in it', () => {
  const properties = [{ name: 'cargo', docs: { summary: 'What.' }, type: {} }];
  expect(() => renderApi(assembly({ ...PROPS, properties }))).toThrow('no words for the type');
});

test('what is documented has no gaps', () => {
  expect(gapsOf(assembly(WIND, SHIP, RIG, PROPS))).toEqual([]);
});

test('whatever a doc comment leaves unsaid is named', () => {
  const [parameter] = SHIP.initializer?.parameters ?? [];
  const bare = (value: typeof parameter) => ({ name: value?.name ?? '', type: { primitive: 'string' } });
  const ship: Type = {
    name: 'Ship',
    kind: 'class',
    initializer: { parameters: [bare(parameter)] },
    methods: [{ name: 'meet', parameters: [bare(parameter)], returns: { type: { primitive: 'boolean' } } }],
    properties: [{ name: 'name', type: { primitive: 'string' } }],
  };
  const props: Type = {
    ...PROPS,
    properties: [{ name: 'masts', docs: { summary: 'How many.' }, optional: true, type: { primitive: 'number' } }],
  };
  expect(gapsOf(assembly(ship, props, { ...WIND, members: [{ name: 'NORTH' }] }))).toEqual([
    'Ship has no doc line',
    'new Ship() does not say what props is',
    'new Ship() does not say what it refuses',
    'Ship.meet() has no doc line',
    'Ship.meet() does not say what props is',
    'Ship.meet() does not say what it returns',
    'Ship.meet() does not say what it refuses',
    'Ship.name has no doc line',
    'ShipProps.masts has no @default',
    'Wind.NORTH has no doc line',
  ]);
});
