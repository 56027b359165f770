/**
 * What bare cdktf has to write to say the same as our constructs: a template per host and per guest, and the few values
 * in which they differ. So that the bare program computes nothing: it fills in, writes files, and lets cdktf do its work.
 */

/** A null_resource of a stack, its texts being templates. */
export interface ResourceTemplate {
  readonly id: string;
  readonly triggers: Readonly<Record<string, string>>;
  readonly command: string;
  readonly when?: 'destroy';
  readonly environment: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
}

/** Resources and files that go together; paths are relative to the stack's folder. */
export interface PartTemplate {
  readonly resources: readonly ResourceTemplate[];
  readonly files: readonly (readonly [path: string, content: string])[];
}

/** Everything that the bare program reads. */
export interface Recording {
  readonly stacks: readonly string[];
  readonly host: PartTemplate;
  /** What a stack has beside its null_resources: the question to its host at every plan, and the provider for it. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Per host. */
  readonly hostValues: readonly (readonly string[])[];
  readonly guest: PartTemplate;
  /** A guest's lines in each of the files that name all guests of a host, by the file's name. */
  readonly guestLines: Readonly<Record<string, string>>;
  /** A host's line in the lists of its peers. */
  readonly peerLine: string;
  /** Per host, per guest. */
  readonly guestValues: readonly (readonly (readonly string[])[])[];
  /** Files that are the same in every host's tree. */
  readonly common: PartTemplate['files'];
}

/** Stands in a host's manifest and in its census for the lines of all its guests. */
export const GUESTS_MARK = '{{guests}}';

/** Stands for a host's list of all the others. */
export const PEERS_MARK = '{{peers}}';

/** Turns a text into a template: each value becomes the number of its place. */
export function templateOf(text: string, values: readonly string[]): string {
  return values.reduce((rest, value, index) => rest.replaceAll(value, `{{${index}}}`), text);
}

/** Prepares a template: texts and places take turns. */
export function prepare(template: string): (values: readonly string[]) => string {
  const parts = template.split(/\{\{(\d+)\}\}/);
  if (parts.length === 1) return () => template;
  const texts = parts.filter((_, index) => index % 2 === 0);
  const places = parts.filter((_, index) => index % 2 === 1).map(Number);
  return (values) => texts.map((text, index) => text + (values[places[index] ?? -1] ?? '')).join('');
}
