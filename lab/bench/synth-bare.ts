/**
 * The yardstick: the same resources by bare cdktf, and the same files by plain fs calls. Arguments: the recording, the
 * output folder.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NullProvider } from '@cdktf/provider-null/lib/provider';
import { Resource } from '@cdktf/provider-null/lib/resource';
import { App, TerraformStack } from 'cdktf';
import { tellResources } from './synth-resources';
import { type Fill, type PartTemplate, prepare, type Recording, type TextTemplate } from './synth-template';

type Values = readonly string[];
type Files = (readonly [path: string, content: string])[];

const [, , recordingFile = '', outdir = ''] = process.argv;
const recording = JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording;
const prepared = (template: TextTemplate): Fill => prepare(template, recording.values);

function preparedRecord(record: Readonly<Record<string, TextTemplate>>) {
  const entries = Object.entries(record).map(([key, template]) => [key, prepared(template)] as const);
  return (host: number, values: Values): Record<string, string> =>
    Object.fromEntries(entries.map(([key, fill]) => [key, fill(host, values)]));
}

function preparedPart(part: PartTemplate) {
  const resources = part.resources.map(({ id, triggers, command, when, environment, dependsOn }) => {
    const [idOf, triggersOf, environmentOf] = [prepared(id), preparedRecord(triggers), preparedRecord(environment)];
    const before = dependsOn.map(prepared);
    return (stack: TerraformStack, host: number, values: Values): void => {
      const resource = new Resource(stack, idOf(host, values), {
        triggers: triggersOf(host, values),
        provisioners: [{ type: 'local-exec', when, command, environment: environmentOf(host, values) }],
      });
      if (before.length > 0) resource.dependsOn = before.map((fill) => fill(host, values));
    };
  });
  const files = part.files.map(([path, content]) => [prepared(path), prepared(content)] as const);
  return {
    addResources(stack: TerraformStack, host: number, values: Values): void {
      for (const add of resources) add(stack, host, values);
    },
    files: (host: number, values: Values): Files =>
      files.map(([path, content]) => [path(host, values), content(host, values)]),
  };
}

const hostPart = preparedPart(recording.host);
const guestPart = preparedPart(recording.guest);
const commonPart = preparedPart({ resources: [], files: recording.common });
const overrides = recording.overrides.map(([path, json]) => [prepared(path), prepared(json)] as const);

const app = new App({ outdir });
recording.values.forEach(({ own, guests }, host) => {
  const stack = new TerraformStack(app, recording.stacks[host] ?? '');
  new NullProvider(stack, 'cdktf-xen-null');
  for (const [path, json] of overrides) stack.addOverride(path(host, own), JSON.parse(json(host, own)));
  hostPart.addResources(stack, host, own);
  for (const values of guests) guestPart.addResources(stack, host, values);
});
app.synth();

recording.values.forEach(({ own, guests }, host) => {
  const directory = join(outdir, 'stacks', recording.stacks[host] ?? '');
  const made = new Set<string>();
  const write = (files: Files): void => {
    for (const [path, content] of files) {
      const target = join(directory, path);
      const parent = dirname(target);
      if (!made.has(parent)) {
        mkdirSync(parent, { recursive: true });
        made.add(parent);
      }
      writeFileSync(target, content);
    }
  };
  write(commonPart.files(host, own));
  write(hostPart.files(host, own));
  for (const values of guests) write(guestPart.files(host, values));
});
tellResources();
