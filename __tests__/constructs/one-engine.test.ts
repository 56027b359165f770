import { Resource } from '@cdktf/provider-null/lib/resource';
import * as cdktf from 'cdktf';
import * as cdktn from 'cdktn';
import { Lan, XenHost } from '../../lib';
import { ValidationError } from '../../lib/model/errors';
import { HOST, LAN, testApp } from '../helpers/estate';

/*
 * Where these tests run a second time, `cdktf` is the fork. The other engine is then the one that is not ours: a class
 * with the words that its compiled classes have of themselves.
 */

const RTTI = Symbol.for('jsii.rtti');

const ours = (cdktf.TerraformStack as unknown as Record<symbol, { fqn: string; version: string }>)[RTTI];
const OURS = `${ours?.fqn.split('.')[0] ?? ''} ${ours?.version ?? ''}`;

/** A stack of an engine that calls itself so. */
function stackOf(engine: string, version: string): cdktf.TerraformStack {
  class TerraformStack extends cdktf.TerraformStack {}
  Object.defineProperty(TerraformStack, RTTI, { value: { fqn: `${engine}.TerraformStack`, version } });
  class OfficeStack extends TerraformStack {}
  return new OfficeStack(testApp(), 'office');
}

function refusal(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return (error as Error).message;
  }
  return '';
}

const OTHER: readonly [engine: string, version: string] = OURS.startsWith('cdktn')
  ? ['cdktf', '0.21.0']
  : ['cdktn', '0.24.0'];

test('the engine of this run is the one that jest.config.js names, for the null provider too', () => {
  const expected = (globalThis as { ENGINE?: string }).ENGINE ?? 'cdktf';
  expect(OURS.split(' ')[0]).toBe(expected);
  const classes: unknown[] = [];
  for (let at: unknown = Resource; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    classes.push((at as { [RTTI]?: { fqn: string } })[RTTI]?.fqn);
  }
  expect(classes).toContain(`${expected}.TerraformResource`);
});

test("a stack of the other engine is refused with both engines' names and the cure", () => {
  const message = refusal(() => new XenHost(stackOf(...OTHER), 'xen01', HOST));
  expect(message).toContain(
    `host "xen01": its stack "office" is made by ${OTHER.join(' ')}, and cdktf-xen works with ${OURS}: an app has one engine.`,
  );
  expect(message).toContain('Import App and TerraformStack from cdktf everywhere; for the fork, install that under');
});

test('a stack of the same engine in another version is refused too', () => {
  const [name = ''] = OURS.split(' ');
  expect(refusal(() => new XenHost(stackOf(name, '0.1.0'), 'xen01', HOST))).toContain(`made by ${name} 0.1.0, and`);
});

test('a second copy of the same engine in the same version is taken', () => {
  const [name = '', version = ''] = OURS.split(' ');
  expect(refusal(() => new XenHost(stackOf(name, version), 'xen01', HOST))).toBe('');
});

test('an app and a stack of the real fork are refused before the engine stumbles over them', () => {
  const app = new cdktn.App({ outdir: testApp().outdir });
  const [lan, host] = [
    refusal(() => new Lan(app, 'lan0', LAN)),
    refusal(() => new XenHost(new cdktn.TerraformStack(app, 'office'), 'xen01', HOST)),
  ];
  // Under the fork it is at home.
  const expected = OURS.startsWith('cdktn')
    ? ['', '']
    : ['lan "lan0": its app is', '[office] host "xen01": its stack "office" is'];
  expect([lan.slice(0, expected[0]?.length), host.slice(0, expected[1]?.length)]).toEqual(expected);
  expect(lan === '' || lan.includes('made by cdktn 0.24.0, and cdktf-xen works with cdktf 0.21.0')).toBe(true);
});
