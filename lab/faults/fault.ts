import type { BridgeOptions } from '../../lib';
import type { Deploy, FaultHost, Tree } from './fault-host';

/** The deploy that a fault breaks into. */
export interface Target {
  readonly host: FaultHost;
  readonly tree: Tree;
  readonly deploy: Deploy;
}

/** One way of breaking things. */
export interface Fault {
  readonly name: string;
  /** Boundaries at which it means anything; default: all. */
  readonly at?: RegExp;
  /** Worth a try in every scenario. */
  readonly widely?: true;
  begin(target: Target): Promise<void>;
  /** Mends it. Without `seconds` only after the host has been judged: it has to live with the fault. */
  readonly end?: (target: Target) => Promise<void>;
  /** How long it lasts. */
  readonly seconds?: number;
  /** What is dead afterwards and can't be expected to say or to tidy up anything. */
  readonly kills?: 'deploy' | 'script' | 'power';
  /** Default: short ones. */
  readonly timeouts?: BridgeOptions['timeouts'];
}
