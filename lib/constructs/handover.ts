import { Construct } from 'constructs';
import { defineHandover } from '../model/handover';
import { show } from '../model/show';
import { DomU } from './domu';
import { TerraformStack } from './private/engine';
import { EstateRegister } from './private/estate-register';
import { type Options, VALUE, instance, place, readProps } from './private/props';

/** Properties of a `Handover`. */
export interface HandoverProps {
  /** The guest that leaves: described with `running: false` and `autostart: false`. */
  readonly source: DomU;
  /** The same guest on its new host, under the same name and with the same Lan, hence with the same MAC. */
  readonly target: DomU;
  /**
   * The host that the guest leaves is off for good. It is still asked. If it answers, it has to prove that the guest is
   * down there; if it does not answer, the deploy goes on.
   *
   * @default false
   */
  readonly sourceHostIsGone?: boolean;
}

const isDomU = (value: unknown): boolean => value instanceof DomU;

const HANDOVER_OPTIONS: Options<HandoverProps> = {
  source: instance('the DomU that leaves, as addDomU returns it', isDomU),
  target: instance('the DomU that takes its place, as addDomU returns it', isDomU),
  sourceHostIsGone: VALUE,
};

/**
 * The move of one guest to another host. Only with a handover may two described guests share a MAC and an IP address.
 *
 * Before the guest starts on its new host, the old host has to prove three things. The guest is down there, it is not
 * saved in a file that would bring it back, and it no longer starts by itself. Otherwise the deploy refuses and says
 * what to do. Once the move is done, take the handover out, together with the guest that left.
 */
export class Handover extends Construct {
  /**
   * @param scope where it belongs in the tree of constructs, as in `this`
   * @param id any text that is unique in its scope; nothing on a host is named after it
   * @param props the guest that leaves, and the guest that takes its place
   * @throws an Error named ValidationError with every problem of the properties, each with the value got and the cure
   */
  public constructor(scope: Construct, id: string, props: HandoverProps) {
    super(...place('handover', scope, id));
    const subject = `handover ${show(id)}`;
    const model = readProps(this, subject, props, HANDOVER_OPTIONS, () =>
      defineHandover(subject, { ...props, source: props.source.node.path, target: props.target.node.path }),
    );
    const { source, target } = props;
    const hostIsGone = model.sourceHostIsGone;
    EstateRegister.of(this).addHandover(this, model);
    const sameStack = TerraformStack.of(source) === TerraformStack.of(target);
    target._takeOver({ guest: source.name, host: source.host.name, hostIsGone }, sameStack ? [source._resource] : []);
  }
}
