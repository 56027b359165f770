import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lan } from '../../lib';
import { OfficeStack } from '../../stacks/office';
import { testApp } from '../helpers/estate';

const GOLDEN = join(__dirname, 'golden', 'office.cdk.tf.json');
const update = process.env['UPDATE_GOLDEN'] === '1';

/** What Terraform gets of the example's stack, without the version of the engine that wrote it. */
function synthesized(): string {
  const app = testApp();
  const lan = new Lan(app, 'lan0', { cidr: '192.0.2.0/24', gateway: '192.0.2.1', nameservers: ['192.0.2.53'] });
  new OfficeStack(app, 'office', { lan });
  app.synth();
  const text = readFileSync(join(app.outdir, 'stacks/office/cdk.tf.json'), 'utf8');
  const stack = JSON.parse(text) as { '//': { metadata: { version?: string } } };
  delete stack['//'].metadata.version;
  return `${JSON.stringify(stack, null, 2)}\n`;
}

test("what Terraform gets of the example's stack is what was reviewed, whatever engine wrote it", () => {
  const now = synthesized();
  if (update) writeFileSync(GOLDEN, now);
  expect(JSON.parse(now)).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});
