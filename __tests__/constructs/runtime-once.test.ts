import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { XenHost } from '../../lib';
import { HOST, hostKey, testApp } from '../helpers/estate';

const RUNTIME = join(__dirname, '../../lib/runtime');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a stack has the runtime once for all of its hosts, whose trees name it by its hash', () => {
  const app = testApp();
  for (const name of ['office', 'rack']) {
    const stack = new TerraformStack(app, name);
    for (const number of [1, 2]) {
      const ssh = {
        ...HOST.ssh,
        address: `198.51.100.${number + (name === 'rack' ? 10 : 0)}`,
        hostKeys: [hostKey(name === 'rack' ? number + 10 : number)],
      };
      new XenHost(stack, `${name}${number}`, { ...HOST, ssh });
    }
  }
  app.synth();
  const files = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.sh'))
      .sort();
  for (const name of ['office', 'rack']) {
    const stack = join(app.outdir, 'stacks', name);
    expect(files(join(stack, 'runtime'))).toEqual(files(RUNTIME));
    const list = readFileSync(join(stack, 'runtime/list'), 'utf8');
    expect(list).toBe(
      files(RUNTIME)
        .map((path) => `${sha256(readFileSync(join(RUNTIME, path), 'utf8'))}  runtime/${path}\n`)
        .join(''),
    );
    for (const number of [1, 2]) {
      const tree = join(stack, 'assets', `${name}${number}`, 'tree');
      expect(readFileSync(join(tree, 'runtime'), 'utf8')).toBe(`${sha256(list)}\n`);
      expect(files(tree)).toEqual([]);
    }
  }
});
