/**
 * The yardstick: the same resources by bare cdktf, and the same files by plain fs calls. Arguments: the recording, the
 * output folder.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { Resource } from '@cdktf/provider-null/lib/resource';
import { App, TerraformStack } from 'cdktf';
import { tellResources } from './synth-resources';
import { GUESTS_MARK, PEERS_MARK, type PartTemplate, prepare, type Recording } from './synth-template';

type Values = readonly string[];
type Files = (readonly [path: string, content: string])[];

function preparedRecord(record: Readonly<Record<string, string>>): (values: Values) => Record<string, string> {
  const entries = Object.entries(record).map(([key, template]) => [key, prepare(template)] as const);
  return (values) => Object.fromEntries(entries.map(([key, fill]) => [key, fill(values)]));
}

function preparedPart(part: PartTemplate) {
  const resources = part.resources.map(({ id, triggers, command, when, environment, dependsOn }) => {
    const prepared = { id: prepare(id), triggers: preparedRecord(triggers), environment: preparedRecord(environment) };
    const before = dependsOn.map(prepare);
    return (stack: TerraformStack, values: Values): void => {
      const resource = new Resource(stack, prepared.id(values), {
        triggers: prepared.triggers(values),
        provisioners: [{ type: 'local-exec', when, command, environment: prepared.environment(values) }],
      });
      if (before.length > 0) resource.dependsOn = before.map((fill) => fill(values));
    };
  });
  const files = part.files.map(([path, content]) => [prepare(path), prepare(content)] as const);
  return {
    addResources(stack: TerraformStack, values: Values): void {
      for (const add of resources) add(stack, values);
    },
    files: (values: Values): Files => files.map(([path, content]) => [path(values), content(values)]),
  };
}

const [, , recordingFile = '', outdir = ''] = process.argv;
const recording = JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording;
const hostPart = preparedPart(recording.host);
const guestPart = preparedPart(recording.guest);
const commonPart = preparedPart({ resources: [], files: recording.common });
const overrides = Object.entries(recording.overrides).map(([path, json]) => [prepare(path), prepare(json)] as const);
const guestLines = new Map(Object.entries(recording.guestLines).map(([name, lines]) => [name, prepare(lines)]));

const app = new App({ outdir });
recording.stacks.forEach((name, host) => {
  const stack = new TerraformStack(app, name);
  new NullProvider(stack, 'cdktf-xen-null');
  const values = recording.hostValues[host] ?? [];
  for (const [path, json] of overrides) stack.addOverride(path(values), JSON.parse(json(values)));
  hostPart.addResources(stack, values);
  for (const values of recording.guestValues[host] ?? []) guestPart.addResources(stack, values);
});
app.synth();

const peerLine = prepare(recording.peerLine);
const peerLines = recording.hostValues.map(peerLine);

recording.stacks.forEach((name, host) => {
  const guests = recording.guestValues[host] ?? [];
  const values = recording.hostValues[host] ?? [];
  const made = new Set<string>();
  const write = (files: Files): void => {
    for (const [path, content] of files) {
      const target = join(outdir, 'stacks', name, path);
      const directory = dirname(target);
      if (!made.has(directory)) {
        mkdirSync(directory, { recursive: true });
        made.add(directory);
      }
      if (content === PEERS_MARK) {
        writeFileSync(target, peerLines.filter((_, index) => index !== host).join(''));
        continue;
      }
      const lines = content.includes(GUESTS_MARK) ? guestLines.get(basename(path)) : undefined;
      writeFileSync(target, lines === undefined ? content : content.replace(GUESTS_MARK, guests.map(lines).join('')));
    }
  };
  write(commonPart.files(values));
  write(hostPart.files(values));
  for (const one of guests) write(guestPart.files(one));
});
tellResources();
