/*
 * Where the runtime lies: the shell files that deploy, on both machines. Its own rooms are in lib/runtime; nothing else
 * names them by path.
 */

/** Its folder, below lib and below each stack's folder. A stack has it once, for all of its hosts. */
export const RUNTIME = 'runtime';

/** The list of the runtime's files in it, as `sha256sum -c` reads it in the stack's folder. */
export const RUNTIME_LIST = 'runtime/list';

/**
 * What Terraform and `cdktf-xen` run, below the stack's folder: by SHELL, for `carry` a unit or to `observe` a host. It says
 * which program the machine lacks, bash included.
 */
export const START = 'runtime/deployer/start.sh';

/** The one shell that each machine has, in one place; Terraform runs every command by it. */
export const SHELL = '/bin/sh';

/** From a host's tree (assets/HOST/tree) to the folder of its stack. */
export const STACK_OF_TREE = '../../..';

/** On a host: what a person types at its console to go back. Printed on recovery cards, so it stays. */
export const UNDO = '/var/lib/cdktf-xen/net/last/runtime/net-undo.sh';
