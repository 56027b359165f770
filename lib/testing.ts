import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { IConstruct } from 'constructs';
import { Manifest, TerraformStack } from './constructs/private/engine';
import { treePath } from './constructs/private/host-tree-writer';
import { ValidationError } from './model/errors';
import { show } from './model/show';

/**
 * For the unit tests of the users of this library, under `cdktf-xen/testing`. Not part of the API for other languages.
 */

/** By absolute path on the host: every file that a deploy writes there whole. */
function filesOf(tree: string): Record<string, string> {
  const root = join(tree, 'files');
  if (!existsSync(root)) return {};
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
  return Object.fromEntries(names.map((name) => [`/${name}`, readFileSync(join(root, name), 'utf8')]));
}

function hostsOf(folder: string): string[] {
  const assets = join(folder, 'assets');
  if (!existsSync(assets)) return [];
  return readdirSync(assets).filter((name) => existsSync(join(folder, treePath(name), 'manifest')));
}

/**
 * Synthesizes a stack into a folder of its own, with all that synth checks, and gives the files of one of its hosts.
 *
 * ```ts
 * expect(hostFiles(stack, 'xen01')['/etc/xen/web1']).toContain('mac=00:16:3e:a6:05:8f');
 * ```
 *
 * Single keys that are set in files of others, as HOSTNAME, are not among them.
 *
 * @param stack the stack of the host, or any construct in it
 * @param host the host's name
 * @returns by absolute path on the host, each file's content
 * @throws Error as synth does, if anything is wrong in the app; ValidationError if there is no such host
 */
export function hostFiles(stack: IConstruct, host: string): Record<string, string> {
  const itself = TerraformStack.of(stack);
  // The same as Testing.fullSynth of the engine, which leaves its folder behind.
  const outdir = mkdtempSync(join(tmpdir(), 'cdktf-xen-'));
  try {
    const manifest = new Manifest('stubbed', outdir, false);
    itself.synthesizer.synthesize({ outdir, manifest });
    const folder = join(outdir, dirname(manifest.forStack(itself).synthesizedStackPath));
    const hosts = hostsOf(folder);
    if (!hosts.includes(host)) {
      throw new ValidationError('hostFiles()', [
        `stack ${show(itself.node.id)} has no host ${show(host)}, its hosts are: ${hosts.join(', ') || 'none'}`,
      ]);
    }
    return filesOf(join(folder, treePath(host)));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
