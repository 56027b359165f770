import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Shape, guestFacts, hostFacts } from './synth-estate';
import {
  GUESTS_MARK,
  PEERS_MARK,
  type PartTemplate,
  type Recording,
  type ResourceTemplate,
  templateOf,
} from './synth-template';

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

interface Stack {
  readonly name: string;
  readonly json: Terraform;
  readonly tree: string;
  readonly resources: Readonly<Record<string, Synthesized>>;
  /** Lines of the manifest by unit. */
  readonly manifest: ReadonlyMap<string, readonly string[]>;
}

/** Every file below a folder, relative, sorted. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
}

function readStack(outdir: string, host: string): Stack {
  const name = `site-${host}`;
  const directory = join(outdir, 'stacks', name);
  const tree = join(directory, 'assets', host, 'tree');
  const json = JSON.parse(readFileSync(join(directory, 'cdk.tf.json'), 'utf8')) as Terraform;
  const manifest = new Map<string, string[]>();
  for (const line of readFileSync(join(tree, 'manifest'), 'utf8').split('\n').slice(0, -1)) {
    const unit = line.slice(0, line.indexOf(' '));
    const lines = manifest.get(unit);
    if (lines === undefined) manifest.set(unit, [line]);
    else lines.push(line);
  }
  return { name, json, tree, resources: json.resource.null_resource, manifest };
}

const lastWord = (line: string): string => line.slice(line.lastIndexOf(' ') + 1);

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the synthesized estate has no ${what}`);
  return value;
}

function hostValues(stack: Stack, host: number): readonly string[] {
  const { name, address, eth0, hostKey } = hostFacts(host);
  const sums = ['host', 'roster', 'bridge-xenbr0'].flatMap((unit) =>
    need(stack.manifest.get(unit), unit).map(lastWord),
  );
  const bundles = [`${name}_host`, `${name}_bridge_xenbr0`].map((id) =>
    need(stack.resources[id]?.triggers['bundle_sha256'], id),
  );
  // A hash of ssh_config and known_hosts.
  const connection = readFileSync(join(stack.tree, 'connection'), 'utf8').trim();
  const guests = need(stack.resources[`${name}_roster`], 'roster').triggers['guests'] ?? '';
  return [name, address, eth0, connection, ...sums, ...bundles, guests, hostKey];
}

function guestValues(shape: Shape, stack: Stack, host: number, guest: number): readonly string[] {
  const { name, address } = guestFacts(shape, host, guest);
  const triggers = need(stack.resources[`${hostFacts(host).name}_domU_${name}`], name).triggers;
  const sums = need(stack.manifest.get(`domU-${name}`), name).map(lastWord);
  return [hostFacts(host).name, name, address, triggers['macs'] ?? '', triggers['bundle_sha256'] ?? '', ...sums];
}

function resourceTemplate([id, resource]: readonly [string, Synthesized], values: readonly string[]): ResourceTemplate {
  const record = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, templateOf(text, values)]));
  const { command, when, environment } = resource.provisioner[0]['local-exec'];
  return {
    id: templateOf(id, values),
    triggers: record(resource.triggers),
    command,
    when,
    environment: record(environment),
    dependsOn: (resource.depends_on ?? []).map((text) => templateOf(text, values)),
  };
}

/** Paths of a stack's JSON and the templates of what stands there. */
function overridesOf({ data, provider, terraform }: Terraform, values: readonly string[]): Record<string, string> {
  const parts = [
    ...Object.entries(data.external).map(([id, one]) => [`data.external.${id}`, one] as const),
    ['provider.external', provider.external] as const,
    ['terraform.required_providers.external', terraform.required_providers.external] as const,
  ];
  return Object.fromEntries(
    parts.map(([path, part]) => [templateOf(path, values), templateOf(withoutComments(JSON.stringify(part)), values)]),
  );
}

/** Reads from what our constructs have synthesized all that bare cdktf has to say for the same. */
export function record(shape: Shape, outdir: string): Recording {
  const stacks = Array.from({ length: shape.stacks }, (_, host) => readStack(outdir, hostFacts(host).name));
  const first = need(stacks[0], 'stack');
  const directory = join(outdir, 'stacks', first.name);
  const ofHost = hostValues(first, 0);
  const ofGuest = guestValues(shape, first, 0, 0);
  const guestName = guestFacts(shape, 0, 0).name;
  const isOfGuests = (text: string): boolean => /g\d{5}/.test(text);
  const trees = filesBelow(first.tree).map((name) => join(relative(directory, first.tree), name));
  const files = (paths: readonly string[], values: readonly string[]): PartTemplate['files'] =>
    paths.map((path) => {
      let text = readFileSync(join(directory, path), 'utf8');
      if (path.endsWith('/manifest')) text = text.replace(/^(domU-.*\n)+/m, GUESTS_MARK);
      // By address, in which guests are numbered and follow the hosts.
      if (path.endsWith('/census')) text = text.replace(/^(.* guest-vif .*\n)+/m, GUESTS_MARK);
      if (path.endsWith('/roster.sh')) text = text.replace(/( \\\n {2}--guest g\d+)+/, GUESTS_MARK);
      if (path.endsWith('/peers')) text = PEERS_MARK;
      return [templateOf(path, values), templateOf(text, values)];
    });
  const part = (which: (text: string) => boolean, values: readonly string[]): PartTemplate => ({
    resources: Object.entries(first.resources)
      .filter(([id]) => which(id))
      .map((entry) => resourceTemplate(entry, values)),
    files: files(
      trees.filter((path) => !path.includes('/runtime/') && which(path)),
      values,
    ),
  });
  const lines = (some: readonly string[]): string => templateOf(some.map((line) => `${line}\n`).join(''), ofGuest);
  const census = readFileSync(join(first.tree, 'census'), 'utf8').split('\n');
  // Everybody is on one Lan; what stands in the first host's list is of the others.
  const [peer] = readFileSync(join(stacks.at(1)?.tree ?? first.tree, 'peers'), 'utf8').split(/^/m);
  return {
    stacks: stacks.map((stack) => stack.name),
    host: part((text) => !isOfGuests(text), ofHost),
    overrides: overridesOf(first.json, ofHost),
    hostValues: stacks.map(hostValues),
    guest: part((text) => text.includes(guestName), ofGuest),
    guestLines: {
      manifest: lines(need(first.manifest.get(`domU-${guestName}`), guestName)),
      'roster.sh': templateOf(` \\\n  --guest ${guestName}`, ofGuest),
      census: lines(census.filter((line) => line.includes(` ${guestName} `))),
    },
    peerLine: templateOf(peer ?? '', ofHost),
    guestValues: stacks.map((stack, host) =>
      Array.from({ length: shape.guests }, (_, guest) => guestValues(shape, stack, host, guest)),
    ),
    common: files(
      trees.filter((path) => path.includes('/runtime/')),
      ofHost.slice(0, 1),
    ),
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
