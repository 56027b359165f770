/*
 * Where the runtime lies: the shell files that deploy, on both machines. Its own rooms are in lib/runtime; nothing else
 * names them by path.
 */

/** Its folder, below lib and below each stack's folder. A stack has it once, for all of its hosts. */
export const RUNTIME = 'runtime';

/** The list of the runtime's files in it, as `sha256sum -c` reads it in the stack's folder. */
export const RUNTIME_LIST = 'runtime/list';

/** What Terraform, or `cdktf-xen show`, runs for a unit: below the stack's folder. */
export const CARRY = 'runtime/deployer/carry.sh';

/** What a plan, or `cdktf-xen drift`, runs for a host: below the stack's folder. */
export const OBSERVE = 'runtime/deployer/observe.sh';

/** From a host's tree (assets/HOST/tree) to the folder of its stack. */
export const STACK_OF_TREE = '../../..';

/** On a host: what a person types at its console to go back. Printed on recovery cards, so it stays. */
export const UNDO = '/var/lib/cdktf-xen/net/last/runtime/net-undo.sh';
