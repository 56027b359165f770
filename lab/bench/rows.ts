/** The benchmarks in the order in which they run. */
export const BENCHES = ['synth', 'identity', 'deploy', 'probe', 'outage'] as const;
export type BenchName = (typeof BENCHES)[number];

/**
 * What a row's value has to be: so many times what it is held against, or less; so many times faster, or more; within
 * that share of a straight line, growth being what is measured. Without one, the value is there to be known.
 */
export type Goal =
  | { readonly kind: 'at most'; readonly limit: number }
  | { readonly kind: 'faster'; readonly limit: number }
  | { readonly kind: 'straight'; readonly limit: number }
  | { readonly kind: 'none' };

/** A row of the README's table, but for its figures. */
export interface RowDefinition {
  readonly bench: BenchName;
  readonly what: string;
  readonly against: string;
  readonly unit: 's' | 'MiB';
  readonly goal: Goal;
}

const atMost = (limit: number): Goal => ({ kind: 'at most', limit });
const faster = (limit: number): Goal => ({ kind: 'faster', limit });
const STRAIGHT: Goal = { kind: 'straight', limit: 0.2 };
const NONE: Goal = { kind: 'none' };

/** The README's table "How fast": its rows, in their order. */
export const ROWS = {
  'synth-guests': {
    bench: 'synth',
    what: 'synth of one host with 10,000 guests',
    against: 'bare cdktf with the same resources and files',
    unit: 's',
    goal: atMost(1.5),
  },
  'synth-stacks': {
    bench: 'synth',
    what: 'synth of 1,000 stacks with 10 guests each',
    against: 'the same',
    unit: 's',
    goal: atMost(1.5),
  },
  'synth-time': {
    bench: 'synth',
    what: 'synth from 1,000 to 20,000 guests, time',
    against: 'a straight line',
    unit: 's',
    goal: STRAIGHT,
  },
  'synth-memory': {
    bench: 'synth',
    what: 'the same, memory',
    against: 'a straight line',
    unit: 'MiB',
    goal: STRAIGHT,
  },
  identity: {
    bench: 'identity',
    what: 'identities of 1,000 to 100,000 guests given, checked and listed, CPU time',
    against: 'a straight line, the most bent kind of work',
    unit: 's',
    goal: STRAIGHT,
  },
  'deploy-sessions': {
    bench: 'deploy',
    what: "first deploy, a bridge's and ten guests' files",
    against: 'the same plan, with an empty `ssh HOST true` for each session',
    unit: 's',
    goal: atMost(1.5),
  },
  'deploy-single': {
    bench: 'deploy',
    what: 'the same',
    against: 'one Terraform step that streams all at once',
    unit: 's',
    goal: NONE,
  },
  'deploy-ansible': {
    bench: 'deploy',
    what: 'the same',
    against: 'Ansible, copying the same files',
    unit: 's',
    goal: faster(20),
  },
  'deploy-again': {
    bench: 'deploy',
    what: 'second deploy, nothing to do, the host asked',
    against: 'Ansible, asking the host',
    unit: 's',
    goal: faster(20),
  },
  probe: {
    bench: 'probe',
    what: '100 hosts asked for drift, 20 at once',
    against: 'as many bare `ssh HOST true`',
    unit: 's',
    goal: atMost(1.3),
  },
  outage: {
    bench: 'outage',
    what: 'dom0 away while its bridge is made',
    against: 'a bare `service network restart`',
    unit: 's',
    goal: atMost(1.1),
  },
} as const satisfies Record<string, RowDefinition>;

export type RowId = keyof typeof ROWS;

export const ROW_IDS = Object.keys(ROWS) as readonly RowId[];

export const rowDefinition = (id: RowId): RowDefinition => ROWS[id];

/** What was measured for a row. */
export interface RowFigures {
  /** Where growth is measured, at the smallest size and at the largest. */
  readonly ours: readonly number[];
  /** Of what it is held against; a straight line has none. */
  readonly theirs?: number;
  /** How far from a straight line, as a share. Otherwise it follows from the two. */
  readonly bent?: number;
}

/** A row's value, in the terms of its goal: `1.14x`, `9.8x faster`, `+6.5 %`. */
export function valueText(definition: RowDefinition, { ours, theirs = NaN, bent = NaN }: RowFigures): string {
  const us = ours[0] ?? NaN;
  switch (definition.goal.kind) {
    case 'at most':
    case 'none':
      return `${(us / theirs).toFixed(2)}x`;
    case 'faster':
      return `${(theirs / us).toFixed(1)}x faster`;
    case 'straight':
      return `${bent < 0 ? '' : '+'}${(bent * 100).toFixed(1)} %`;
  }
}

/** The goal as a person reads it: `at most 1.5x`. */
export function goalText({ goal }: RowDefinition): string {
  switch (goal.kind) {
    case 'at most':
      return `at most ${goal.limit}x`;
    case 'faster':
      return `${goal.limit}x faster`;
    case 'straight':
      return `within ${goal.limit * 100} %`;
    case 'none':
      return 'none';
  }
}

/** By the value as it is told, so that nobody reads a figure that contradicts the verdict; undefined without a goal. */
export function isMet({ goal }: RowDefinition, value: string): boolean | undefined {
  const number = Number(/^[+-]?[0-9.]+/.exec(value)?.[0] ?? NaN);
  switch (goal.kind) {
    case 'at most':
      return number <= goal.limit;
    case 'faster':
      return number >= goal.limit;
    case 'straight':
      return Math.abs(number) <= goal.limit * 100;
    case 'none':
      return undefined;
  }
}

/** `at most 1.5x: met` */
export function verdictText(definition: RowDefinition, value: string): string {
  const met = isMet(definition, value);
  return met === undefined ? goalText(definition) : `${goalText(definition)}: ${met ? 'met' : 'missed'}`;
}

/** `0.79 s`, `0.9 to 10.4 s` */
export function figureText(unit: RowDefinition['unit'], figures: readonly number[]): string {
  return `${figures.map((one) => one.toFixed(unit === 's' ? 2 : 0)).join(' to ')} ${unit}`;
}

/** @throws Error where a benchmark has not measured each of its rows */
export function requireRows(bench: BenchName, rows: Partial<Record<RowId, RowFigures>>): void {
  for (const id of ROW_IDS.filter((one) => rowDefinition(one).bench === bench)) {
    const figures = rows[id];
    if (figures === undefined || /NaN|Infinity/.test(valueText(rowDefinition(id), figures)))
      throw new Error(`bench:${bench} has not measured '${rowDefinition(id).what}'`);
  }
}
