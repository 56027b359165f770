/**
 * The paths of the runtime: the shell files that deploy, on both machines. Its own rooms are in lib/runtime; no other
 * file names them by path.
 */

/** Its folder, below lib and below each stack's folder. A stack has it once, for all of its hosts. */
export const RUNTIME = 'runtime';

/** The list of the runtime's files in it, as `sha256sum -c` reads it in the stack's folder. */
export const RUNTIME_LIST = 'runtime/list';

/**
 * The program that Terraform and `cdktf-xen` run with SHELL, below the stack's folder: to `carry` a unit, or to
 * `observe` a host. It says which program the machine lacks, bash included.
 */
export const START = 'runtime/deployer/start.sh';

/** The one shell that each machine has in the same place; Terraform runs every command with it. */
export const SHELL = '/bin/sh';

/** From a host's tree (assets/HOST/tree) to the folder of its stack. */
export const STACK_OF_TREE = '../../..';

/** The path on a host that a person types at its console to go back. Recovery cards name it, so it never changes. */
export const UNDO = '/var/lib/cdktf-xen/net/last/runtime/net-undo.sh';
