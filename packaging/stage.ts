import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * jsii writes beside the sources, and wants fields in package.json that nobody else reads. So it works on a copy of the
 * package: what it asks for does not touch the ordinary build, and what it leaves behind is thrown away with the copy.
 * Its fields are in jsii-fields.json; it insists on a repository, and as there is no public one yet, that is an example's.
 */

const ROOT = join(__dirname, '..');
const STAGE = join(ROOT, 'dist', 'jsii');

type Json = Readonly<Record<string, unknown>>;

function readJson(path: string): Json {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Json;
}

/** Fields of package.json that are for who works on the package. */
const FOR_THE_CHECKOUT = ['scripts', 'devDependencies', 'overrides'];

/** Ranges without an "or", which Python's do not know: the first of each is the engine's own, the others are the fork's. */
function firstChoices(ranges: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, range.replace(/ *\|\|.*/, '')]));
}

/** package.json as jsii wants it: of the package's own, what a user of it gets; and jsii's fields. */
export function stagedManifest(own: Json, fields: Json): Json {
  const published = Object.entries(own).filter(([name]) => !FOR_THE_CHECKOUT.includes(name));
  const peerDependencies = firstChoices(own['peerDependencies'] as Readonly<Record<string, string>>);
  return {
    ...Object.fromEntries(published),
    ...fields,
    peerDependencies,
    files: [...(own['files'] as readonly string[]), '.jsii'],
  };
}

function stage(): void {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  for (const name of ['lib', 'CHANGELOG.md']) cpSync(join(ROOT, name), join(STAGE, name), { recursive: true });
  // Whoever installs the wheel reads this one: the README of the checkout speaks TypeScript.
  cpSync(join(ROOT, 'packaging/python/README.md'), join(STAGE, 'README.md'));
  cpSync(join(ROOT, 'packaging/tsconfig.jsii.json'), join(STAGE, 'tsconfig.json'));
  const manifest = stagedManifest(readJson('package.json'), readJson('packaging/jsii-fields.json'));
  writeFileSync(join(STAGE, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

if (require.main === module) stage();
