import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stagedManifest } from '../../packaging/stage';

const ROOT = join(__dirname, '..', '..');

function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
}

test('the package that jsii packs is the one of the checkout, with the assembly and without what only a checkout needs', () => {
  const own = json('package.json');
  const staged = stagedManifest(own, json('packaging/jsii-fields.json'));
  for (const field of ['name', 'version', 'license', 'main', 'types', 'bin', 'engines']) {
    expect([field, staged[field]]).toEqual([field, own[field]]);
  }
  expect(staged['peerDependencies']).toMatchObject({ cdktf: expect.stringMatching(/^\^0\.21\.\d+$/) as unknown });
  expect(own['peerDependencies']).toMatchObject({ cdktf: expect.stringContaining('||') as unknown });
  for (const field of ['scripts', 'devDependencies', 'overrides']) expect(staged).not.toHaveProperty(field);
  expect(staged['files']).toEqual([...(own['files'] as string[]), '.jsii']);
});

test('the fields for jsii take nothing of the package away', () => {
  const own = json('package.json');
  expect(Object.keys(json('packaging/jsii-fields.json')).filter((field) => field in own)).toEqual([]);
});

test("Python gets the versions of the npm packages that the checkout's tests run with", () => {
  const pinned = new Map(
    readFileSync(join(ROOT, 'packaging/python/requirements.txt'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('=='))
      .map((line) => line.split('==') as [string, string]),
  );
  const { devDependencies } = json('package.json') as { devDependencies: Record<string, string> };
  expect({
    cdktf: pinned.get('cdktf'),
    constructs: pinned.get('constructs'),
    '@cdktf/provider-null': pinned.get('cdktf-cdktf-provider-null'),
  }).toEqual({
    cdktf: devDependencies['cdktf'],
    constructs: devDependencies['constructs'],
    '@cdktf/provider-null': devDependencies['@cdktf/provider-null'],
  });
});
