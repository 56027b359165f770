import { Checklist } from './errors';
import { flag, whenOmitted } from './fields';

/** One guest that moves from one host to another. Only these two may share a MAC address. */
export interface HandoverModel {
  /** Construct path of the guest that leaves. */
  readonly source: string;
  /** Construct path of the guest that takes its place. */
  readonly target: string;
  /** The host that the guest leaves is off for good. */
  readonly sourceHostIsGone: boolean;
}

/** A handover as given. */
export type HandoverInput = Omit<HandoverModel, 'sourceHostIsGone'> & Partial<HandoverModel>;

/** @throws ValidationError with every problem of the handover alone */
export function defineHandover(subject: string, input: HandoverInput): HandoverModel {
  const check = new Checklist(subject);
  const { source, target } = input;
  const sourceHostIsGone = check.field(() => flag('sourceHostIsGone', whenOmitted(input.sourceHostIsGone, false)));
  check.done();
  return Object.freeze({ source, target, sourceHostIsGone });
}
