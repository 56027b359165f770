import type { Construct } from 'constructs';
import { NullProvider, Resource, TerraformStack } from './engine';
import { treePath } from './host-tree-writer';
import { SHELL, STACK_OF_TREE, START } from '../../render/runtime-paths';
import type { LiveHost } from './live-data';

/** A constant: all variable values go through the environment, where no shell and no template reads them. */
const CARRY = `exec ${SHELL} "$CDKTF_XEN_TREE/${STACK_OF_TREE}/${START}" carry "$CDKTF_XEN_ACTION" "$CDKTF_XEN_HOST" "$CDKTF_XEN_UNIT"`;

const stacksWithProvider = new WeakSet<TerraformStack>();

/** Terraform needs a provider block per stack; people who write none get one. */
export function requireNullProvider(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  if (stacksWithProvider.has(stack)) return;
  stacksWithProvider.add(stack);
  if (!stack.node.findAll().some((node) => node instanceof NullProvider)) new NullProvider(stack, 'cdktf-xen-null');
}

function environment(action: string, host: string, unit: string): Record<string, string> {
  return {
    CDKTF_XEN_TREE: `\${path.module}/${treePath(host)}`,
    CDKTF_XEN_ACTION: action,
    CDKTF_XEN_HOST: host,
    CDKTF_XEN_UNIT: unit,
  };
}

/** Stands for the word of a unit if the host was not asked; it never changes anything. */
const NOT_ASKED = 'not asked';

/** Adds the unit's word to the triggers; it shows drift in a plan. */
export function withLive(
  triggers: Record<string, string>,
  live: LiveHost | undefined,
  unit: string,
): Record<string, string> {
  return { ...triggers, live: live?.word(unit) ?? NOT_ASKED };
}

/** What one resource of a host does, and what a plan shows of it. */
export interface StepProps {
  readonly host: string;
  /** `identity`, `host`, `roster`, `bridge_xenbr0`, `domU_web1`: after the host's name, the Terraform address. */
  readonly id: string;
  readonly triggers: Record<string, string>;
  readonly dependsOn?: readonly Resource[];
}

function step(scope: Construct, props: StepProps): Resource {
  const name = { identity: 'Identity', roster: 'Roster' }[props.id] ?? 'Resource';
  const resource = new Resource(scope, name, { triggers: props.triggers });
  resource.overrideLogicalId(`${props.host}_${props.id}`);
  dependOn(resource, props.dependsOn ?? []);
  return resource;
}

/** Makes a resource depend on further ones. */
export function dependOn(resource: Resource, others: readonly Resource[]): void {
  // Plain text instead of references: cdktf makes a token with a stack trace of each, which is slow for thousands of
  // guests.
  const before = others.map((other) => `null_resource.${other.friendlyUniqueId}`);
  if (before.length > 0) resource.dependsOn = [...new Set([...(resource.dependsOn ?? []), ...before])].sort();
}

/**
 * The resource that stands for a host that is ours. Its triggers never change while the host keeps its name, because it
 * has the only destroy step, which retires everything of ours there.
 */
export function identityStep(scope: Construct, props: StepProps): Resource {
  const resource = step(scope, props);
  resource.provisioners = [
    { type: 'local-exec', when: 'destroy', command: CARRY, environment: environment('retire', props.host, 'host') },
  ];
  return resource;
}

/** A resource that applies one unit whenever its triggers change. It has no destroy step: replacing it destroys nothing. */
export function contentStep(
  scope: Construct,
  props: StepProps & { readonly unit: string; readonly live: LiveHost | undefined },
): Resource {
  const { live, unit, host } = props;
  const resource = step(scope, { ...props, triggers: withLive(props.triggers, live, unit) });
  const variables = environment('apply', host, unit);
  // The apply sends the word that the plan saw: the host stores it as its new token, or refuses if it has another token
  // now. The generation that the plan saw is no trigger: it changes with every apply, and must not plan anything.
  if (live !== undefined) {
    variables['CDKTF_XEN_LIVE'] = '${self.triggers.live}';
    variables['CDKTF_XEN_GENERATION'] = live.generation(unit);
  } else resource.lifecycle = { ignoreChanges: ['triggers["live"]'] };
  resource.provisioners = [{ type: 'local-exec', command: CARRY, environment: variables }];
  return resource;
}
