import type { IConstruct } from 'constructs';
import { ValidationError } from '../../model/errors';
import { show } from '../../model/show';
import { TerraformStack } from './engine';

/** The mark of compiled jsii classes in which the two engines differ; their other marks are the same. */
const RTTI = Symbol.for('jsii.rtti');

interface Engine {
  readonly name: string;
  readonly version: string;
}

/** The engine that an app's or a stack's class comes from, also of a class that was derived from it. */
function engineOf(prototype: unknown, names: readonly string[]): Engine | undefined {
  for (let at = prototype; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    const own = (at.constructor as { [RTTI]?: { fqn: string; version: string } } | undefined)?.[RTTI];
    const [name = '', className = ''] = own?.fqn.split('.') ?? [];
    if (own !== undefined && names.includes(className)) return { name, version: own.version };
  }
  return undefined;
}

const KINDS = ['App', 'TerraformStack'];
const OURS = engineOf(TerraformStack.prototype, KINDS);
const seen = new WeakSet<IConstruct>();

const words = ({ name, version }: Engine): string => `${name} ${version}`;

/**
 * Refuses a mixture of cdktf and its fork cdktn. Their apps and stacks have the same marks, and a mixture fails only
 * later, when values are resolved.
 *
 * @throws ValidationError if a construct is put into the app or stack of another engine than ours
 */
export function requireOneEngine(subject: string, scope: IConstruct): void {
  if (OURS === undefined) return;
  for (let at: IConstruct | undefined = scope; at !== undefined && !seen.has(at); at = at.node.scope) {
    const theirs = engineOf(at, KINDS);
    if (theirs !== undefined && words(theirs) !== words(OURS)) {
      const what = at.node.id === '' ? 'its app' : `its stack ${show(at.node.id)}`;
      throw new ValidationError(subject, [
        `${what} is made by ${words(theirs)}, and cdktf-xen works with ${words(OURS)}: an app has one engine. Import App and ` +
          'TerraformStack from cdktf everywhere; for the fork, install that under this name ' +
          '("cdktf": "npm:cdktn@...", see "The fork" in the README of cdktf-xen)',
      ]);
    }
    seen.add(at);
  }
}
