import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Shape, guestFacts, hostFacts } from './synth-estate';
import type { PartTemplate, Recording, ResourceTemplate, TextTemplate } from './synth-template';
import { hostTemplate, plainTemplate, valuesOf } from './synth-text';
import { RUNTIME } from '../../lib/render/runtime-paths';

/** As much of a synthesized null_resource as there is. */
interface Synthesized {
  readonly triggers: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[];
  readonly provisioner: readonly [
    { 'local-exec': { command: string; when?: 'destroy'; environment: Readonly<Record<string, string>> } },
  ];
}

/** As much of a synthesized stack as there is. */
interface Terraform {
  readonly resource: { readonly null_resource: Record<string, Synthesized> };
  readonly data: { readonly external: Record<string, object> };
  readonly provider: { readonly external: object };
  readonly terraform: { readonly required_providers: { readonly external: object } };
}

/** A synthesized stack, apart: what belongs to its host as a whole, and what belongs to one guest. */
interface Stack {
  readonly name: string;
  readonly resources: readonly (readonly [id: string, resource: Synthesized])[];
  readonly overrides: readonly (readonly [path: string, json: string])[];
  /** Of the host alone. The runtime is the same everywhere. */
  readonly files: readonly (readonly [path: string, content: string])[];
  readonly runtime: readonly (readonly [path: string, content: string])[];
  readonly guests: readonly (readonly [id: string, resource: Synthesized])[];
  readonly guestFiles: readonly string[];
}

/** Every file below a folder, relative, sorted. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
}

const ofGuests = (text: string): boolean => /g\d{5}/.test(text);

const stackName = (host: number): string => `site-${hostFacts(host).name}`;

function readStack(shape: Shape, outdir: string, host: number): Stack {
  const name = stackName(host);
  const directory = join(outdir, 'stacks', name);
  const tree = join(directory, 'assets', hostFacts(host).name, 'tree');
  const json = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as Terraform;
  const paths = filesBelow(tree).map((path) => join(relative(directory, tree), path));
  const read = (some: readonly string[]) =>
    some.map((path) => [path, readFileSync(join(directory, path), 'utf8')] as const);
  const { null_resource: resources } = json.resource;
  return {
    name,
    resources: Object.entries(resources).filter(([id]) => !ofGuests(id)),
    overrides: overridesOf(json),
    files: read(paths.filter((path) => !ofGuests(path))),
    // Only the first host's is looked at.
    runtime: host === 0 ? read(filesBelow(join(directory, RUNTIME)).map((path) => join(RUNTIME, path))) : [],
    guests: Array.from({ length: shape.guests }, (_, number) => {
      const id = `${hostFacts(host).name}_domU_${guestFacts(shape, host, number).name}`;
      const resource = resources[id];
      if (resource === undefined) throw new Error(`the synthesized estate has no ${id}`);
      return [id, resource] as const;
    }),
    guestFiles: paths.filter(ofGuests),
  };
}

/** Paths in a stack's JSON and what stands there. */
function overridesOf({ data, provider, terraform }: Terraform): Stack['overrides'] {
  const parts = [
    ...Object.entries(data.external).map(([id, one]) => [`data.external.${id}`, one] as const),
    ['provider.external', provider.external] as const,
    ['terraform.required_providers.external', terraform.required_providers.external] as const,
  ];
  return parts.map(([path, part]) => [path, withoutComments(JSON.stringify(part))]);
}

type ToTemplate = (text: string) => TextTemplate;

function resourceTemplate([id, resource]: readonly [string, Synthesized], template: ToTemplate): ResourceTemplate {
  const record = (texts: Readonly<Record<string, string>>): Record<string, TextTemplate> =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, template(text)]));
  const { command, when, environment } = resource.provisioner[0]['local-exec'];
  return {
    id: template(id),
    triggers: record(resource.triggers),
    command,
    when,
    environment: record(environment),
    dependsOn: (resource.depends_on ?? []).map(template),
  };
}

/** Reads from what our constructs have synthesized all that bare cdktf has to say for the same. */
export function record(shape: Shape, outdir: string): Recording {
  const hosts = Array.from({ length: shape.stacks }, (_, host) => host);
  const values = hosts.map((host) => {
    const { resources, overrides, files, guests } = readStack(shape, outdir, host);
    return valuesOf(shape, host, {
      own: [...resources.map((one) => JSON.stringify(one)), ...[...overrides, ...files].map(([, text]) => text)],
      guests: guests.map((one) => JSON.stringify(one)),
      macs: guests.map(([, { triggers }]) => triggers['macs'] ?? ''),
    });
  });
  const first = readStack(shape, outdir, 0);
  const directory = join(outdir, 'stacks', first.name);
  const ofHost: ToTemplate = (text) => hostTemplate(shape, values, 0, text);
  const ofGuest: ToTemplate = (text) => plainTemplate(text, values[0]?.guests[0] ?? []);
  // The runtime's own text is no template, whatever stands in it.
  const asItIs: ToTemplate = (text) => ({ text, runs: [] });
  const pairs = (some: Stack['files'], content: ToTemplate): PartTemplate['files'] =>
    some.map(([path, text]) => [ofHost(path), content(text)]);
  const { name: guestName } = guestFacts(shape, 0, 0);
  return {
    stacks: hosts.map(stackName),
    values,
    host: {
      resources: first.resources.map((one) => resourceTemplate(one, ofHost)),
      files: pairs(first.files, ofHost),
    },
    guest: {
      resources: first.guests.slice(0, 1).map((one) => resourceTemplate(one, ofGuest)),
      files: first.guestFiles
        .filter((path) => path.includes(guestName))
        .map((path) => [ofGuest(path), ofGuest(readFileSync(join(directory, path), 'utf8'))]),
    },
    overrides: pairs(first.overrides, ofHost),
    common: pairs(first.runtime, asItIs),
  };
}

/** Without cdktf's own comments, which name construct paths: bare resources have shorter ones. */
function withoutComments(text: string): string {
  return JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === '//' ? undefined : value)));
}

/** @throws Error naming the first file in which two outputs differ */
export function requireSame(ours: string, bare: string): void {
  const names = filesBelow(ours);
  const others = filesBelow(bare);
  const extra = names.find((name, index) => name !== others[index]) ?? others[names.length];
  if (extra !== undefined) throw new Error(`the contenders wrote different files, the first is ${extra}`);
  for (const name of names) {
    const [a = '', b = ''] = [ours, bare].map((directory) => {
      const text = readFileSync(join(directory, name), 'utf8');
      return name.endsWith('cdk.tf.json') ? withoutComments(text) : text;
    });
    if (a !== b) throw new Error(`the contenders wrote different contents into ${name}`);
  }
}
