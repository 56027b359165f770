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

/** The stack that a construct is in; a Lan may be in none. */
function stackOf(construct: IConstruct): string | undefined {
  return construct.node.scopes.find((scope) => TerraformStack.isStack(scope))?.node.path;
}

/** What is wrong, at the constructs that tell it. */
interface Findings {
  /** As they were found, one for each construct that is concerned. */
  readonly all: readonly Finding[];
  /** By the path of the construct that tells them. */
  readonly told: ReadonlyMap<string, readonly string[]>;
  /** By stack, those that are told there. */
  readonly ofStack: ReadonlyMap<string | undefined, ReadonlySet<string>>;
}

function byPath(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return new Map(groupsOf(findings, ({ path }) => path));
}

function onLans({ model, folder, bridges }: HostEntry): HostOnLans {
  return { name: model.name, stack: folder, lans: bridges.map((bridge) => bridge.model.lan.name) };
}

/**
 * All that one app describes. Rules between objects reach over stacks, and cdktf validates and writes one stack after
 * the other. So every construct asks here for its findings, and the first host of each stack reports those of the rest
 * of the app too. A finding between many constructs is told once, at the first of them. While anything is wrong
 * anywhere, nothing is written, even if cdktf was told not to validate.
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
  /**
   * By stack, the path of the host that reports what is wrong elsewhere: the first by path, so the order of
   * construction does not matter.
   */
  private readonly reporters = new Map<string, string>();
  private readonly stacks = new Map<string, string | undefined>();
  private findings: Findings | undefined;
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
    this.stacks.set(entry.path, stack);
    const reporter = this.reporters.get(stack);
    if (reporter === undefined || entry.path < reporter) this.reporters.set(stack, entry.path);
    this.changed();
    construct.node.addValidation({
      validate: () => [...this.messagesAt(entry.path), ...this.messagesFromElsewhere(entry)],
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
    this.stacks.set(path, stackOf(construct));
    this.changed();
    construct.node.addValidation({ validate: () => [...this.messagesAt(path)] });
  }

  /** Which other hosts of the app are on a host's Lans, as it stands in the host's tree. */
  public peersOf(entry: HostEntry): string {
    this.peers ??= peerLists(this.hosts.map(onLans));
    return this.peers(onLans(entry));
  }

  /**
   * Checks the same rules again when something is written: cdktf can be told to skip validations, and suggests that
   * after every error. The errors that this library exists to prevent can't be skipped.
   *
   * @throws ValidationError with every finding of the app
   */
  public requireSound(): void {
    const { all } = this.found();
    if (all.length === 0) return;
    throw new ValidationError(
      'the app',
      groupsOf(all, (finding) => finding.message).map(
        ([message, group]) => `[${enumerate(group.map(({ path }) => path))}] ${message}`,
      ),
    );
  }

  /** The warnings for a construct, once all constructs are there. */
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

  private found(): Findings {
    return (this.findings ??= this.assignToTellers(estateFindings(this.estate())));
  }

  /** Findings are sorted by path, so the first one of a stack does not depend on the order of construction. */
  private assignToTellers(all: readonly Finding[]): Findings {
    const told = new Map<string, string[]>();
    const ofStack = new Map<string | undefined, Set<string>>();
    const paths = new Map(groupsOf(all, ({ message }) => message));
    for (const { path, message } of all) {
      const stack = this.stacks.get(path);
      const known = ofStack.get(stack) ?? new Set<string>();
      ofStack.set(stack, known);
      if (known.has(message)) continue;
      known.add(message);
      const group = (paths.get(message) ?? []).map((one) => one.path);
      const others = group.filter((one) => one !== path);
      // Some rules name the paths themselves; of many paths they name the first few.
      const named = others.length === 0 || group.some((one) => message.includes(one));
      const words = named ? message : `${message} (also at ${enumerate(others)})`;
      told.set(path, [...(told.get(path) ?? []), words]);
    }
    return { all, told, ofStack };
  }

  private messagesAt(path: string): readonly string[] {
    return this.found().told.get(path) ?? [];
  }

  private messagesFromElsewhere(entry: HostEntry): readonly string[] {
    if (this.reporters.get(entry.stack) !== entry.path) return [];
    const { all, ofStack } = this.found();
    const here = ofStack.get(entry.stack);
    const elsewhere = all.filter(({ path, message }) => this.stacks.get(path) !== entry.stack && !here?.has(message));
    return groupsOf(elsewhere, (finding) => finding.message).map(
      ([message, group]) => `elsewhere in the app, at ${enumerate(group.map(({ path }) => path))}: ${message}`,
    );
  }
}
