import { TerraformDataSource, TerraformProvider, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { treePath } from './host-tree-writer';

/** Terraform's external provider, whose prebuilt package is not among ours for the one data source that we need of it. */
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

class ExternalData extends TerraformDataSource {
  public constructor(
    scope: Construct,
    id: string,
    private readonly program: readonly string[],
  ) {
    super(scope, id, { terraformResourceType: 'external', terraformGeneratorMetadata: METADATA });
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
    const data = new ExternalData(scope, 'Live', [
      'bash',
      `\${path.module}/${treePath(host)}/runtime/observe.sh`,
      host,
    ]);
    data.overrideLogicalId(`${host}_live`);
    this.address = `data.external.${host}_live`;
  }

  /** A unit's word, see lib/runtime/drift-token.sh: the trigger that shows drift in a plan. */
  public word(unit: string): string {
    return `\${${this.address}.result["${unit}"]}`;
  }

  /** What tells one apply of a unit from the next: for its step, which is refused where somebody else came first. */
  public generation(unit: string): string {
    return `\${${this.address}.result["${unit} generation"]}`;
  }
}
