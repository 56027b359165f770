import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Construct } from 'constructs';
import type { TreeFile } from '../../render/bundle';
import { TerraformStack, addCustomSynthesis } from './engine';
import { writeRuntime } from '../../runtime-copy';

/**
 * The path of a host's tree from its stack's folder. No hash in it, so that a review shows changed lines, not moved
 * folders.
 */
export function treePath(host: string): string {
  return `assets/${host}/tree`;
}

/**
 * Writes a host's tree at synth, directly into the stack's folder, and the runtime beside it.
 *
 * Not a TerraformAsset: that needs the files on disk first and copies them. For ten thousand guests the copy would cost
 * more than the rest of synth. It registers itself in this same way.
 *
 * @param files gives the files, or throws before anything is removed or written
 */
export function writeTreeAtSynth(construct: Construct, host: string, files: () => Iterable<TreeFile>): void {
  const stack = TerraformStack.of(construct);
  addCustomSynthesis(construct, {
    onSynthesize(session) {
      const { synthesizedStackPath } = session.manifest.forStack(stack);
      const folder = join(session.manifest.outdir, dirname(synthesizedStackPath));
      const tree = join(folder, treePath(host));
      const all = files();
      writeRuntime(folder, session.manifest);
      rmSync(tree, { recursive: true, force: true });
      const made = new Set<string>();
      for (const file of all) {
        const target = join(tree, file.path);
        const directory = dirname(target);
        if (!made.has(directory)) {
          mkdirSync(directory, { recursive: true });
          made.add(directory);
        }
        writeFileSync(target, file.content);
      }
    },
  });
}
