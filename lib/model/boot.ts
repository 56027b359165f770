import type { Checklist } from './errors';
import { FieldProblem } from './errors';
import { text } from './fields';
import { show } from './show';

/** What goes with a kernel, wherever it lies. */
interface KernelWords {
  readonly ramdisk: string | undefined;
  readonly root: string | undefined;
  readonly extra: string | undefined;
}

/** How a guest starts: paravirtual ones with a kernel, HVM ones with firmware. */
export type BootModel =
  | (KernelWords & {
      readonly kind: 'pygrub';
      /** On the guest's disk; none = as the disk's own grub menu says. */
      readonly kernel: string | undefined;
    })
  | (KernelWords & {
      readonly kind: 'kernel';
      /** On the host. */
      readonly kernel: string;
    })
  | (KernelWords & {
      readonly kind: 'hvm';
      readonly kernel: undefined;
      /** Letters of drives, the first is tried first: c disk, d CD, n network, a floppy. */
      readonly order: string | undefined;
    });

/** A boot method as given. */
export interface BootInput {
  readonly kind: 'pygrub' | 'kernel' | 'hvm';
  readonly order?: string;
  readonly kernel?: string;
  readonly ramdisk?: string;
  readonly root?: string;
  readonly extra?: string;
}

/**
 * An absolute path on the host. It is plain text to the shell, to xl and to xl's disk parser, which splits at commas
 * and refuses a = in a path.
 */
export function hostPath(field: string, value: unknown): string {
  // Checked before the pattern: its engine fails on texts of millions of characters with an error of its own.
  if (typeof value === 'string' && value.length > 255) {
    throw new FieldProblem(`${field} must be at most 255 characters, got ${show(value)}`);
  }
  const path = text(
    field,
    value,
    /^(\/[A-Za-z0-9._:@+-]+)+$/,
    'an absolute path on the host, of letters, digits and . _ : @ + - /',
  );
  if (path.split('/').some((part) => part === '.' || part === '..')) {
    throw new FieldProblem(`${field} must not contain . or .. as a step, got ${show(path)}`);
  }
  return path;
}

/** Kernel command line text. Quotes and backslashes mean different things to xl's releases, so they are refused. */
function kernelArguments(field: string, value: unknown): string {
  const line = text(field, value, /^[ !#-&(-[\]-~]+$/, 'printable ASCII without quotes and backslashes');
  if (line.length > 1024) throw new FieldProblem(`${field} must be at most 1024 characters, got ${show(line)}`);
  if (line !== line.trim()) throw new FieldProblem(`${field} must not begin or end with a blank, got ${show(line)}`);
  return line;
}

function optional<T>(check: Checklist, value: unknown, read: () => T): T | undefined {
  return value === undefined ? undefined : check.field(read);
}

/** Reads a boot method; its problems go to the owner's check list. */
export function readBoot(check: Checklist, input: BootInput): BootModel {
  if (input.kind === 'hvm') {
    const order = optional(check, input.order, () =>
      text(
        'order',
        input.order,
        /^(?!.*(.).*\1)[acdn]{1,4}$/,
        'letters of a (floppy), c (disk), d (CD) and n (network), each once',
      ),
    );
    const none = { kernel: undefined, ramdisk: undefined, root: undefined, extra: undefined };
    return Object.freeze({ kind: 'hvm', order, ...none });
  }
  const needed = input.kind === 'kernel' || input.kernel !== undefined;
  const kernel = needed ? check.field(() => hostPath('kernel', input.kernel)) : undefined;
  const words = {
    ramdisk: optional(check, input.ramdisk, () => hostPath('ramdisk', input.ramdisk)),
    root: optional(check, input.root, () => kernelArguments('root', input.root)),
    extra: optional(check, input.extra, () => kernelArguments('extra', input.extra)),
  };
  if (input.kind === 'kernel') return Object.freeze({ kind: 'kernel', kernel: kernel ?? '', ...words });
  if (kernel === undefined && words.ramdisk !== undefined) {
    check.problem('ramdisk goes with a kernel on the disk; give that too, or neither, and the grub menu names both');
  }
  return Object.freeze({ kind: 'pygrub', kernel, ...words });
}
