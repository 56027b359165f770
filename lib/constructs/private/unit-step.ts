import type { Construct } from 'constructs';
import { NullProvider, Resource, TerraformStack } from './engine';
import { treePath } from './host-tree-writer';
import { SHELL, STACK_OF_TREE, START } from '../../render/runtime-paths';
import type { LiveHost } from './live-data';

/** Constant: everything variable travels in the environment, where no shell and no template reads it. */
const CARRY = `exec ${SHELL} "$CDKTF_XEN_TREE/${STACK_OF_TREE}/${START}" carry "$CDKTF_XEN_ACTION" "$CDKTF_XEN_HOST" "$CDKTF_XEN_UNIT"`;

const stacksWithProvider = new WeakSet<TerraformStack>();

/** Terraform wants a provider block per stack; people who write none get one. */
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

/** What stands for the host's word where nobody asked the host; it is then no reason for anything. */
const NOT_ASKED = 'not asked';

/** Triggers with the host's own word on the unit, which shows drift in a plan. */
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

/** Puts others before a resource, beside those that are before it already. */
export function dependOn(resource: Resource, others: readonly Resource[]): void {
  // Plain text instead of references: cdktf makes a token with a stack trace of each, which thousands of guests feel.
  const before = others.map((other) => `null_resource.${other.friendlyUniqueId}`);
  if (before.length > 0) resource.dependsOn = [...new Set([...(resource.dependsOn ?? []), ...before])].sort();
}

/**
 * The resource that stands for the host being ours. Its triggers never change while the host keeps its name, because
 * it holds the only destroy step, which retires everything of ours there.
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
  // Apply hands back what the plan saw: the host takes it for its new token, or refuses where it has another by now.
  // The generation that it saw beside that is no trigger: it moves with every apply, and plans nothing.
  if (live !== undefined) {
    variables['CDKTF_XEN_LIVE'] = '${self.triggers.live}';
    variables['CDKTF_XEN_GENERATION'] = live.generation(unit);
  } else resource.lifecycle = { ignoreChanges: ['triggers["live"]'] };
  resource.provisioners = [{ type: 'local-exec', command: CARRY, environment: variables }];
  return resource;
}
