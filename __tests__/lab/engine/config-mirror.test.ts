import { lockOption, shellWord } from '../../../lab/engine/config-mirror';

const filesystem = (body: string): string => `provider_installation {\n  filesystem_mirror {\n${body}\n  }\n}\n`;

test.each([
  ['a directory', filesystem('path = "/srv/mirror"'), '-fs-mirror=/srv/mirror'],
  ['a directory for all providers', filesystem('path = "/srv/m"\ninclude = ["*/*/*"]'), '-fs-mirror=/srv/m'],
  [
    'a directory for the providers in question',
    filesystem('include = ["registry.x/hashicorp/*"]\npath = "/m"'),
    '-fs-mirror=/m',
  ],
  [
    'an address',
    'provider_installation { network_mirror { url = "https://mirror.example/p/" } }',
    '-net-mirror=https://mirror.example/p/',
  ],
  ['a directory for other providers', filesystem('path = "/srv/mirror"\ninclude = ["example.org/*/*"]'), undefined],
  ['several places', filesystem('path = "/a"') + filesystem('path = "/b"'), undefined],
  ['a place in a comment', `# ${filesystem('').replaceAll('\n', ' ')}\n`, undefined],
  ['nothing', 'disable_checkpoint = true', undefined],
])('a configuration that names %s', (_, config, expected) => {
  expect(lockOption(config)).toBe(expected);
});

test('a path is one word for the engine, whatever it holds', () => {
  expect(shellWord('/plain/path-1.2_x')).toBe('/plain/path-1.2_x');
  expect(shellWord(`/a b/"c"/'d'/$e`)).toBe(`/a\\ b/\\"c\\"/\\'d\\'/\\$e`);
});
