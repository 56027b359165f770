import type { Construct } from 'constructs';
import { TerraformDataSource, TerraformProvider, type TerraformResourceLifecycle, TerraformStack } from './engine';
import { SHELL, START } from '../../render/runtime-paths';

/** Terraform's external provider. Its prebuilt package is not among ours, since only one data source of it is used. */
const METADATA = { providerName: 'external', providerVersion: '2.3.5', providerVersionConstraint: '~> 2.3' };

class ExternalProvider extends TerraformProvider {
  public constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: 'external',
      terraformProviderSource: 'external',
      terraformGeneratorMetadata: METADATA,
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {};
  }
}

/** The word of a unit if its host could not be reached and this machine has no last word of it either. */
export const NOT_KNOWN = 'not known: the host could not be reached';

/**
 * Plans nothing for a host if the word of a unit is not known. A trigger can't say "not known": any text but the last
 * word would be a change. A destroy does not need the word, and goes on with a warning, as Terraform does.
 */
function knownOrNoPlan(host: string): TerraformResourceLifecycle {
  const unknown = `[for unit, word in self.result : unit if word == "${NOT_KNOWN}"]`;
  return {
    postcondition: [
      {
        condition: `\${length(${unknown}) == 0}`,
        errorMessage:
          `host '${host}' can not be reached, and this machine does not know what it said last of: \${join(", ", ${unknown})}. ` +
          'Nothing can be planned for it here. Plan where it was planned last, or keep that folder between runs ' +
          '($XDG_CACHE_HOME/cdktf-xen, else ~/.cache/cdktf-xen); or synth with CDKTF_XEN_DRIFT_DETECTION=off, ' +
          'which asks no host and plans what has changed in the stack.',
      },
    ],
  };
}

class ExternalData extends TerraformDataSource {
  public constructor(
    scope: Construct,
    id: string,
    private readonly program: readonly string[],
    lifecycle: TerraformResourceLifecycle,
  ) {
    super(scope, id, { terraformResourceType: 'external', terraformGeneratorMetadata: METADATA, lifecycle });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { program: this.program };
  }
}

const stacksWithProvider = new WeakSet<TerraformStack>();

/** Asks a host at every plan, in one read-only session, whether each of its units is as the last apply left it. */
export class LiveHost {
  private readonly address: string;

  public constructor(scope: Construct, host: string) {
    const stack = TerraformStack.of(scope);
    if (!stacksWithProvider.has(stack)) {
      stacksWithProvider.add(stack);
      const known = stack.node
        .findAll()
        .some((node) => TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'external');
      if (!known) new ExternalProvider(stack, 'cdktf-xen-external');
    }
    // Literals only: a value that is not known yet would put the question off until after the plan.
    const program = [SHELL, `\${path.module}/${START}`, 'observe', host];
    const data = new ExternalData(scope, 'Live', program, knownOrNoPlan(host));
    data.overrideLogicalId(`${host}_live`);
    this.address = `data.external.${host}_live`;
  }

  /** A unit's word, see lib/runtime/host/base/token.sh: the trigger that shows drift in a plan. */
  public word(unit: string): string {
    return `\${${this.address}.result["${unit}"]}`;
  }

  /** The generation, which tells one apply of a unit from the next. The step is refused if another apply came first. */
  public generation(unit: string): string {
    return `\${${this.address}.result["${unit} generation"]}`;
  }
}
