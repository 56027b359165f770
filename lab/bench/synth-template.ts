/**
 * What bare cdktf has to write to say the same as our constructs: a template per host and per guest, and the few values
 * in which they differ. So that the bare program computes nothing: it fills in, writes files, and lets cdktf do its work.
 */

/** A text with places for values, and with runs of pieces that are there once for each of several. */
export interface TextTemplate {
  /** `{{3}}` is the fourth value, `{{run 0}}` the first run. */
  readonly text: string;
  readonly runs: readonly RunTemplate[];
}

/** A piece for every guest of a host, or for every other host. */
export interface RunTemplate {
  readonly of: 'guests' | 'others';
  readonly each: TextTemplate;
  readonly between: string;
}

/** A null_resource of a stack. */
export interface ResourceTemplate {
  readonly id: TextTemplate;
  readonly triggers: Readonly<Record<string, TextTemplate>>;
  readonly command: string;
  readonly when?: 'destroy';
  readonly environment: Readonly<Record<string, TextTemplate>>;
  readonly dependsOn: readonly TextTemplate[];
}

/** Resources and files that go together; paths are relative to the stack's folder. */
export interface PartTemplate {
  readonly resources: readonly ResourceTemplate[];
  readonly files: readonly (readonly [path: TextTemplate, content: TextTemplate])[];
}

/** In what a host, and each of its guests, differs from others. */
export interface HostValues {
  readonly own: readonly string[];
  readonly guests: readonly (readonly string[])[];
}

/** Everything that the bare program reads. */
export interface Recording {
  readonly stacks: readonly string[];
  readonly values: readonly HostValues[];
  readonly host: PartTemplate;
  readonly guest: PartTemplate;
  /** What a stack has beside its null_resources: the question to its host at every plan, and the provider for it. */
  readonly overrides: readonly (readonly [path: TextTemplate, json: TextTemplate])[];
  /** Files that are the same in every host's tree. */
  readonly common: PartTemplate['files'];
}

/** Fills a template for one of all hosts, or for one of its guests. */
export type Fill = (host: number, values: readonly string[]) => string;

/** Prepares a template: texts and places take turns. */
export function prepare({ text, runs }: TextTemplate, all: readonly HostValues[]): Fill {
  const parts = text.split(/\{\{((?:run )?\d+)\}\}/);
  if (parts.length === 1) return () => text;
  const prepared = runs.map((run) => prepareRun(run, all));
  const places = parts.map((part, index): Fill => {
    if (index % 2 === 0) return () => part;
    if (!part.startsWith('run ')) return (_, values) => values[Number(part)] ?? '';
    return prepared[Number(part.slice('run '.length))] ?? (() => '');
  });
  return (host, values) => places.map((fill) => fill(host, values)).join('');
}

function prepareRun({ of, each, between }: RunTemplate, all: readonly HostValues[]): Fill {
  const fill = prepare(each, all);
  if (of === 'guests') return (host) => (all[host]?.guests ?? []).map((values) => fill(host, values)).join(between);
  // What is said of a host is the same wherever it is said.
  let said: string[] | undefined;
  return (host) => {
    said ??= all.map(({ own }, other) => fill(other, own));
    return said.filter((_, other) => other !== host).join(between);
  };
}
