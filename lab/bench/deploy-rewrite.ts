/**
 * Makes of a synthesized stack what is measured beside it. Everything is derived from the JSON as it is: which resources
 * ask the host and with what is the constructs' affair, and changes with them.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Provisioner {
  'local-exec': { command: string; when?: 'destroy'; environment?: Record<string, string> };
}

/** As much of a synthesized stack as matters here. */
export interface Stack {
  resource: Record<
    string,
    Record<string, { provisioner?: Provisioner[]; triggers?: unknown; triggers_replace?: unknown }>
  >;
  data?: { external?: Record<string, { program: string[] }> };
  variable?: Record<string, { type: string }>;
  provider?: unknown;
  terraform: { required_providers?: unknown };
}

/** A question that Terraform does not ask by itself: the program's answer is a variable of the plan. */
export interface Question {
  readonly variable: string;
  readonly program: readonly string[];
}

const REFERENCE = /\bdata\.external\.(\w+)\.result\b/g;

/** The same JSON with every text changed; keys stay. */
function mapTexts(json: Json, change: (text: string) => string): Json {
  if (typeof json === 'string') return change(json);
  if (Array.isArray(json)) return json.map((one) => mapTexts(one, change));
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, mapTexts(one, change)]));
}

const mapStack = (stack: Stack, change: (text: string) => string): Stack =>
  mapTexts(stack as unknown as Json, change) as unknown as Stack;

const resourcesOf = (stack: Stack) => Object.values(stack.resource).flatMap((ofType) => Object.values(ofType));

/** The steps that an apply runs, one for each unit. */
export function stepsOf(stack: Stack): Provisioner['local-exec'][] {
  return resourcesOf(stack)
    .flatMap(({ provisioner = [] }) => provisioner)
    .map((one) => one['local-exec'])
    .filter(({ when }) => when !== 'destroy');
}

/**
 * The same stack on Terraform's own terraform_data, which has the same provisioners and needs no provider; what it asks
 * its host at plan becomes variables of the same shape.
 *
 * @returns what has to be asked before each plan, so that nothing is left undone
 */
export function withoutProviders(stack: Stack): { readonly stack: Stack; readonly questions: readonly Question[] } {
  const asked = Object.entries(stack.data?.external ?? {});
  const changed = mapStack(stack, (text) =>
    text
      .replace(/\bnull_resource\b/g, 'terraform_data')
      .replace(/\bself\.triggers\b/g, 'self.triggers_replace')
      .replace(/^triggers(?=\[)/, 'triggers_replace')
      .replace(REFERENCE, 'var.$1'),
  );
  const { null_resource: resources = {}, ...others } = changed.resource;
  const terraformData = Object.entries(resources).map(([id, resource]) => {
    const { triggers, ...rest } = resource;
    return [id, { ...rest, triggers_replace: triggers }] as const;
  });
  const terraform = { ...changed.terraform };
  delete terraform.required_providers;
  const variables = Object.fromEntries(asked.map(([name]) => [name, { type: 'map(string)' }]));
  return {
    stack: {
      terraform,
      resource: { ...others, terraform_data: Object.fromEntries(terraformData) },
      ...(asked.length > 0 ? { variable: variables } : {}),
    },
    questions: asked.map(([variable, { program }]) => ({ variable, program })),
  };
}

/**
 * The same resources in the same order, and the same question at plan, but in each session with the host nothing except
 * an empty command: what the sessions cost before anything has been done in them.
 *
 * @param session opens one, in a shell
 */
export function withEmptySessions(stack: Stack, session: string): Stack {
  // Nobody answers the question, so nobody may refer to the answer.
  const silent = mapStack(stack, (text) => (text.search(REFERENCE) < 0 ? text : ''));
  for (const step of stepsOf(silent)) {
    step.command = session;
    delete step.environment;
  }
  for (const question of Object.values(silent.data?.external ?? {}))
    question.program = ['bash', '-c', `${session} && echo '{}'`];
  return silent;
}
