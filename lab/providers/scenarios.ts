/**
 * What the providers null and external do, as one list of cases: the stand-in has to pass all of them, and so have the
 * real providers, or the stand-in would be held against a fancy. Run by the tests, on the stand-in always and on the
 * real ones where LAB_PROVIDERS names a mirror that holds them.
 */
import assert from 'node:assert/strict';
import type { Scenario } from './scenario';
import { externalScenarios } from './scenarios-external';
import type { Workspace } from './workspace';

const INSTANCES = 200;

function resource(body: Record<string, unknown> = {}): unknown {
  return { resource: { null_resource: { it: body } } };
}

function only(workspace: Workspace): Record<string, unknown> {
  const [instance, ...more] = workspace.instances('null_resource', 'it');
  assert.ok(instance !== undefined && more.length === 0, 'there is not exactly one null_resource');
  return instance;
}

const nullScenarios: Scenario[] = [
  {
    name: 'null_resource: is created with a number as its id, and a second plan is clean',
    run: async (workspace) => {
      workspace.write('main.tf.json', resource({ triggers: { a: '1', 'ü "quoted"': 'x\ny' } }));
      await workspace.apply();
      const { id, triggers } = only(workspace);
      assert.match(String(id), /^\d+$/);
      assert.deepEqual(triggers, { a: '1', 'ü "quoted"': 'x\ny' });
      assert.equal((await workspace.plan()).changes, false);
    },
  },
  {
    name: 'null_resource: needs no triggers',
    run: async (workspace) => {
      workspace.write('main.tf.json', resource());
      await workspace.apply();
      assert.equal(only(workspace)['triggers'], null);
      assert.equal((await workspace.plan()).changes, false);
    },
  },
  {
    name: 'null_resource: is replaced when a trigger changes',
    run: async (workspace) => {
      workspace.write('main.tf.json', resource({ triggers: { a: '1' } }));
      await workspace.apply();
      const before = only(workspace)['id'];
      workspace.write('main.tf.json', resource({ triggers: { a: '2' } }));
      const { text } = await workspace.plan();
      assert.match(text, /must be replaced/);
      assert.match(text, /triggers = \{ # forces replacement ~ "a" = "1" -> "2"/);
      await workspace.apply();
      assert.notEqual(only(workspace)['id'], before);
      assert.deepEqual(only(workspace)['triggers'], { a: '2' });
    },
  },
  {
    name: 'null_resource: is replaced when its triggers go, and kept when a new trigger is null',
    run: async (workspace) => {
      workspace.write('main.tf.json', resource());
      await workspace.apply();
      const before = only(workspace)['id'];
      workspace.write('main.tf.json', resource({ triggers: { a: null } }));
      assert.match((await workspace.plan()).text, /will be updated in-place/);
      await workspace.apply();
      assert.equal(only(workspace)['id'], before);
      workspace.write('main.tf.json', resource());
      assert.match((await workspace.plan()).text, /must be replaced/);
    },
  },
  {
    name: 'null_resource: takes triggers that are known at apply only',
    run: async (workspace) => {
      const triggers = { other: '${null_resource.first.id}', all: 'known' };
      workspace.write('main.tf.json', { resource: { null_resource: { first: {}, it: { triggers } } } });
      assert.match((await workspace.plan()).text, /"other" = \(known after apply\)/);
      await workspace.apply();
      const first = workspace.instances('null_resource', 'first')[0]?.['id'];
      assert.deepEqual(only(workspace)['triggers'], { other: first, all: 'known' });
      assert.equal((await workspace.plan()).changes, false);
      assert.match((await workspace.plan('-replace=null_resource.first')).text, /null_resource\.it must be replaced/);
    },
  },
  {
    name: 'null_resource: cannot be imported',
    run: async (workspace) => {
      workspace.write('main.tf.json', resource());
      const { code, text } = await workspace.run('import', 'null_resource.it', '4711');
      assert.equal(code, 1);
      assert.match(text, /Error: Resource Import Not Implemented/);
      assert.equal(workspace.state().resources.length, 0);
    },
  },
  {
    name: 'null_resource: is destroyed, after its provisioner has run',
    run: async (workspace) => {
      const command = { command: 'echo ${self.triggers.a} >> provisioned' };
      const provisioner = [
        { 'local-exec': { when: 'destroy', command: 'echo gone >> provisioned' } },
        { 'local-exec': command },
      ];
      workspace.write('main.tf.json', resource({ triggers: { a: 'here' }, provisioner }));
      await workspace.apply();
      await workspace.apply('-destroy');
      assert.deepEqual(workspace.state().resources, []);
      assert.equal(workspace.read('provisioned'), 'here\ngone\n');
    },
  },
  {
    name: `null_resource: ${INSTANCES} instances are created and destroyed at once`,
    run: async (workspace) => {
      workspace.write('main.tf.json', resource({ count: INSTANCES, triggers: { i: '${count.index}' } }));
      await workspace.apply('-parallelism=50');
      const ids = workspace.instances('null_resource', 'it').map(({ id }) => id);
      assert.equal(new Set(ids).size, INSTANCES);
      assert.equal((await workspace.plan('-parallelism=50')).changes, false);
      await workspace.apply('-parallelism=50', '-destroy');
      assert.deepEqual(workspace.state().resources, []);
    },
  },
  {
    name: 'null_data_source: gives its inputs back',
    run: async (workspace) => {
      const data = { given: { inputs: { a: '1' }, has_computed_default: 'mine' }, bare: {} };
      workspace.write('main.tf.json', { data: { null_data_source: data } });
      await workspace.apply();
      const given = workspace.instances('null_data_source', 'given')[0] ?? {};
      assert.deepEqual([given['outputs'], given['has_computed_default'], given['id']], [{ a: '1' }, 'mine', 'static']);
      assert.match(String(given['random']), /^\d+$/);
      const bare = workspace.instances('null_data_source', 'bare')[0] ?? {};
      assert.deepEqual([bare['outputs'], bare['has_computed_default']], [null, 'default']);
    },
  },
];

export const scenarios: readonly Scenario[] = [...nullScenarios, ...externalScenarios];
