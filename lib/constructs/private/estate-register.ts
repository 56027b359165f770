import type { Construct, IConstruct } from 'constructs';
import type { BridgeModel } from '../../model/bridge';
import type { DomUModel } from '../../model/domu';
import { type Described, type Estate, type Finding, enumerate, groupsOf } from '../../model/estate';
import { ValidationError } from '../../model/errors';
import type { HandoverModel } from '../../model/handover';
import type { LanModel } from '../../model/lan';
import { estateFindings, estateWarnings } from '../../model/validate-estate';
import { stackName } from '../../model/names';
import type { XenHostModel } from '../../model/xen-host';
import { type HostOnLans, peerLists } from '../../render/peers';
import { TerraformStack } from './engine';

/** A host while its stack is being built: bridges and guests may still join. */
export interface HostEntry extends Described<XenHostModel> {
  readonly stack: string;
  /** The name of the folder that the stack is written to. */
  readonly folder: string;
  readonly bridges: Described<BridgeModel>[];
  readonly guests: Described<DomUModel>[];
}

function byPath(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return new Map(groupsOf(findings, ({ path }) => path));
}

function onLans({ model, folder, bridges }: HostEntry): HostOnLans {
  return { name: model.name, stack: folder, lans: bridges.map((bridge) => bridge.model.lan.name) };
}

/**
 * All that one app describes. Rules between objects reach over stacks, and cdktf writes one stack after the other,
 * validating each just before: so every construct asks here for its own findings, and the first host of each stack
 * reports those of the rest of the app too. Nothing is written while anything is wrong anywhere, validated or not.
 */
export class EstateRegister {
  private static readonly ofRoot = new WeakMap<IConstruct, EstateRegister>();

  /** The register of the app that a construct belongs to. */
  public static of(scope: IConstruct): EstateRegister {
    const { root } = scope.node;
    const known = EstateRegister.ofRoot.get(root);
    if (known !== undefined) return known;
    const register = new EstateRegister();
    EstateRegister.ofRoot.set(root, register);
    return register;
  }

  private readonly lans: Described<LanModel>[] = [];
  private readonly hosts: HostEntry[] = [];
  private readonly handovers: Described<HandoverModel>[] = [];
  /** By stack, the path of the host that reports what is wrong elsewhere: its first, in whatever order they were made. */
  private readonly reporters = new Map<string, string>();
  private findings: ReadonlyMap<string, readonly Finding[]> | undefined;
  private warnings: ReadonlyMap<string, readonly Finding[]> | undefined;
  private peers: ((host: HostOnLans) => string) | undefined;

  public addLan(construct: Construct, model: LanModel): void {
    // Validated only inside a stack; what is wrong at a Lan of the app, the first host of each stack tells.
    this.addMember(construct, this.lans, model);
  }

  public addHost(construct: Construct, model: XenHostModel): HostEntry {
    const { path: stack, id } = TerraformStack.of(construct).node;
    const { path } = construct.node;
    const folder = stackName(`host '${model.name}'`, id);
    const entry: HostEntry = { path, model, stack, folder, bridges: [], guests: [] };
    this.hosts.push(entry);
    const reporter = this.reporters.get(stack);
    if (reporter === undefined || entry.path < reporter) this.reporters.set(stack, entry.path);
    this.changed();
    construct.node.addValidation({
      validate: () => [...this.messagesOf(entry.path), ...this.messagesFromElsewhere(entry)],
    });
    return entry;
  }

  public addHandover(construct: Construct, model: HandoverModel): void {
    this.addMember(construct, this.handovers, model);
  }

  /** A bridge or a guest joins its host. */
  public addMember<T>(construct: Construct, members: Described<T>[], model: T): void {
    const { path } = construct.node;
    members.push({ path, model });
    this.changed();
    construct.node.addValidation({ validate: () => [...this.messagesOf(path)] });
  }

  /** Which other hosts of the app are on a host's Lans, as it stands in the host's tree. */
  public peersOf(entry: HostEntry): string {
    this.peers ??= peerLists(this.hosts.map(onLans));
    return this.peers(onLans(entry));
  }

  /**
   * The same rules once more, at the moment when something is written: cdktf can be told to skip validations, and suggests
   * it after every error. What this library exists to prevent can't be skipped.
   *
   * @throws ValidationError with every finding of the app
   */
  public requireSound(): void {
    const all = [...this.byPath().values()].flat();
    if (all.length === 0) return;
    throw new ValidationError(
      'the app',
      groupsOf(all, (finding) => finding.message).map(
        ([message, group]) => `[${enumerate(group.map(({ path }) => path))}] ${message}`,
      ),
    );
  }

  /** What is to be warned of at a construct, once all are there. */
  public warningsOf(path: string): readonly string[] {
    this.warnings ??= byPath(estateWarnings(this.estate()));
    return (this.warnings.get(path) ?? []).map(({ message }) => message);
  }

  private estate(): Estate {
    return { lans: this.lans, hosts: this.hosts, handovers: this.handovers };
  }

  private changed(): void {
    this.findings = undefined;
    this.peers = undefined;
    this.warnings = undefined;
  }

  private byPath(): ReadonlyMap<string, readonly Finding[]> {
    return (this.findings ??= byPath(estateFindings(this.estate())));
  }

  private messagesOf(path: string): readonly string[] {
    return (this.byPath().get(path) ?? []).map((finding) => finding.message);
  }

  private messagesFromElsewhere(entry: HostEntry): readonly string[] {
    if (this.reporters.get(entry.stack) !== entry.path) return [];
    const elsewhere = [...this.byPath()]
      .filter(([path]) => path !== entry.stack && !path.startsWith(`${entry.stack}/`))
      .flatMap(([, findings]) => findings);
    // What is wrong between many is told once, not once for each of them.
    return groupsOf(elsewhere, (finding) => finding.message).map(
      ([message, group]) => `elsewhere in the app, at ${enumerate(group.map(({ path }) => path))}: ${message}`,
    );
  }
}
