import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, ROOT, run } from '../helpers/program';

/** What is done with the package as somebody gets it. */

/** Packs what `npm run build` has left in dist, and gives the path of the tarball. */
export async function pack(): Promise<string> {
  const to = mkdtempSync(join(tmpdir(), 'cdktf-xen-pack-'));
  const { status, stdout, stderr } = await run(['npm', 'pack', '--ignore-scripts', '--pack-destination', to], ROOT);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return join(to, stdout.trim().split('\n').at(-1) ?? '');
}

/** Unpacks a tarball, and gives the folder of the package in it. */
export async function unpack(tarball: string): Promise<string> {
  const to = mkdtempSync(join(tmpdir(), 'cdktf-xen-unpacked-'));
  await succeed(['tar', '-xzf', tarball, '-C', to], to);
  return join(to, 'package');
}

/** Runs what has to succeed, and gives its standard output. */
export async function succeed(command: readonly string[], cwd: string): Promise<string> {
  const { status, stdout, stderr } = await run(command, cwd);
  expect([command.join(' '), status, status === 0 ? '' : `${stdout}${stderr}`]).toEqual([command.join(' '), 0, '']);
  return stdout;
}

/** The blocks of code below a heading of README.md, in their order. */
export function readmeBlocks(heading: string, language: string): string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, below = ''] = text.split(`\n${heading}\n`);
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const [section = ''] = below.split(new RegExp(`^#{1,${level}} `, 'm'));
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.filter(([, name]) => name === language).map(([, , code = '']) => code);
}

/** An empty project of somebody's. Each lies in a folder of the same name, which synth writes into a stack. */
export function emptyProject(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'cdktf-xen-fresh-')), 'office');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "office", "version": "1.0.0", "private": true }\n');
  return folder;
}

/** A command line of README.md, with the tarball in the place of the package's name, and without the big cdktf-cli. */
export async function readmeLine(line: string, tarball: string, cwd: string): Promise<Ended> {
  const ours = line.replace(' cdktf-xen ', ` '${tarball}' `).replace(/ cdktf-cli@\S+/, '');
  const npm = {
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    // Whoever runs the tests with npm's --silent hands that on; here its errors are wanted.
    npm_config_loglevel: 'error',
    // What was fetched once is not asked for again: four installs in a row are much to ask of a busy registry.
    npm_config_prefer_offline: 'true',
  };
  return await run(['bash', '-c', ours], cwd, npm);
}
