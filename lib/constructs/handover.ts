import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { DomU } from './domu';
import { EstateRegister } from './private/estate-register';
import { requireProps } from './private/required-props';

/** Properties of a `Handover`. */
export interface HandoverProps {
  /** The guest that leaves: described with `running: false` and `autostart: false`. */
  readonly from: DomU;
  /** The same guest on its new host. */
  readonly to: DomU;
  /**
   * The host that the guest leaves is off for good. It is still asked, and if it answers, it has to prove that the
   * guest is down; but its silence is no obstacle.
   *
   * @default false
   */
  readonly fromHostIsGone?: boolean;
}

/**
 * The cutover of one guest to another host: the only statement under which two described guests may share a MAC and an
 * IP address.
 *
 * Before the guest starts on its new host, the old host has to prove that it is down there, is not saved in a file that
 * would bring it back, and no longer starts by itself; otherwise deploy refuses and says what to do. Take the
 * statement out, together with the guest that left, once the move is done.
 */
export class Handover extends Construct {
  /** @throws ValidationError where `from` or `to` is missing */
  public constructor(scope: Construct, id: string, props: HandoverProps) {
    super(scope, id);
    requireProps(`handover '${id}'`, props, ['from', 'to']);
    const { from, to, fromHostIsGone: hostIsGone = false } = props;
    EstateRegister.of(this).addHandover(this, { from: from.node.path, to: to.node.path });
    const sameStack = TerraformStack.of(from) === TerraformStack.of(to);
    to._takeOver({ guest: from.name, host: from.host.name, hostIsGone }, sameStack ? [from._resource] : []);
  }
}
