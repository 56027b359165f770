/** The cases of the data source external; see scenarios.ts. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Scenario } from './scenario';
import type { Workspace } from './workspace';

/** A program that answers with what it was asked and where it runs. */
const ECHO = `#!/bin/sh
printf '{"query":"%s","cwd":"%s","args":"%s"}' "$(cat | base64 | tr -d '\\n')" "$PWD" "$*"
`;

function config(it: Record<string, unknown>): unknown {
  return { data: { external: { it } }, output: { it: { value: '${data.external.it}' } } };
}

async function result(workspace: Workspace, it: Record<string, unknown>): Promise<Record<string, string>> {
  workspace.write('main.tf.json', config(it));
  await workspace.apply();
  const attributes = workspace.instances('external', 'it')[0];
  assert.equal(attributes?.['id'], '-');
  return attributes['result'] as Record<string, string>;
}

async function failure(workspace: Workspace, it: Record<string, unknown>): Promise<string> {
  workspace.write('main.tf.json', config(it));
  return workspace.planFails();
}

function query(answer: Record<string, string>): unknown {
  return JSON.parse(Buffer.from(answer['query'] ?? '', 'base64').toString('utf8'));
}

export const externalScenarios: readonly Scenario[] = [
  {
    name: 'external: gives what a program says, with null as empty text',
    run: async (workspace) => {
      const answer = { text: 'ü "x" \\ ${y}\n', empty: '', nothing: null };
      workspace.write('answer.json', answer);
      assert.deepEqual(await result(workspace, { program: ['cat', 'answer.json'] }), { ...answer, nothing: '' });
      assert.equal((await workspace.plan()).changes, false);
    },
  },
  {
    name: 'external: hands the query to the program as JSON, without what is null',
    run: async (workspace) => {
      workspace.write('echo.sh', ECHO, 0o755);
      const asked = { a: '1', text: 'x "y"\n', nothing: null, __proto__x: '2' };
      const answer = await result(workspace, { program: ['./echo.sh', 'one', '', 'two  words'], query: asked });
      assert.deepEqual(query(answer), { a: '1', text: 'x "y"\n', __proto__x: '2' });
      assert.equal(answer['args'], 'one two  words');
      assert.equal(answer['cwd'], workspace.realDirectory());
    },
  },
  {
    name: 'external: asks with an empty object where there is no query',
    run: async (workspace) => {
      workspace.write('echo.sh', ECHO, 0o755);
      assert.deepEqual(query(await result(workspace, { program: ['${path.module}/echo.sh'] })), {});
    },
  },
  {
    name: 'external: runs the program in working_dir',
    run: async (workspace) => {
      workspace.write('below/echo.sh', ECHO, 0o755);
      const program = [join(workspace.directory, 'below', 'echo.sh')];
      const answer = await result(workspace, { program, working_dir: 'below' });
      assert.equal(answer['cwd'], join(workspace.realDirectory(), 'below'));
      const text = await failure(workspace, { program, working_dir: 'missing' });
      assert.match(text, /External Program Execution Failed .* State: .*missing.*no such file or directory/);
    },
  },
  {
    name: 'external: reads again at each plan, so that a changed answer shows',
    run: async (workspace) => {
      workspace.write('answer.json', { a: '1' });
      await result(workspace, { program: ['cat', 'answer.json'] });
      workspace.write('answer.json', { a: '2' });
      assert.match((await workspace.plan()).text, /\ba"? = "1" -> "2"/);
    },
  },
  {
    name: 'external: shows the status and the words of a program that fails',
    run: async (workspace) => {
      const talking = await failure(workspace, { program: ['sh', '-c', 'echo the reason >&2; exit 3'] });
      assert.match(
        talking,
        /External Program Execution Failed .* Program: \S+\/sh Error Message: the reason State: exit status 3/,
      );
      const mute = await failure(workspace, { program: ['sh', '-c', 'exit 4'] });
      assert.match(mute, /External Program Execution Failed .* Program: \S+\/sh State: exit status 4/);
      assert.doesNotMatch(mute, /Error Message/);
      const killed = await failure(workspace, { program: ['sh', '-c', 'kill -9 $$'] });
      assert.match(killed, /State: signal: killed/);
    },
  },
  {
    name: 'external: refuses an answer that is not an object of text',
    run: async (workspace) => {
      const answers = ['3', '[]', '"text"', 'word', '', '{"a":1}', '{"a":true}', '{"a":{}}', '{"a":["x"]}', '{} more'];
      const entries = answers.map((answer, i) => [`bad${i}`, { program: ['printf', '%s', answer] }]);
      workspace.write('main.tf.json', { data: { external: Object.fromEntries(entries) as unknown } });
      const text = await workspace.planFails();
      const shown = text.match(/Unexpected External Program Results .*? Program: \S+\/printf Result Error: \S/g) ?? [];
      assert.equal(shown.length, answers.length, text);
    },
  },
  {
    name: 'external: says that a program is missing or is not executable',
    run: async (workspace) => {
      workspace.write('plain.txt', 'no program');
      for (const name of ['cdktf-xen-no-such-program', '/no/such/program', './plain.txt']) {
        const text = await failure(workspace, { program: [name] });
        const shape = /External Program Lookup Failed with data\.external\.it.* Program: "(\S+)" Error: \S/.exec(text);
        assert.equal(shape?.[1], name, text);
      }
    },
  },
  {
    name: 'external: wants a program at all',
    run: async (workspace) => {
      assert.match(await failure(workspace, { program: [] }), /Invalid Attribute Value/);
      assert.match(await failure(workspace, { program: ['', null] }), /External Program Missing/);
    },
  },
  {
    name: 'external: takes a large query and a large answer',
    run: async (workspace) => {
      const large = 'x'.repeat(300_000);
      workspace.write('main.tf.json', config({ program: ['cat'], query: { large } }));
      await workspace.apply();
      assert.deepEqual(workspace.instances('external', 'it')[0]?.['result'], { large });
    },
  },
  {
    name: 'external: gives the program the environment of the engine',
    run: async (workspace) => {
      const program = ['sh', '-c', 'printf \'{"path":"%s","node":"%s"}\' "$PATH" "$NODE_OPTIONS"'];
      const { PATH: path, NODE_OPTIONS: node = '' } = process.env;
      assert.deepEqual(await result(workspace, { program }), { path, node });
    },
  },
  {
    name: 'external: waits for what it depends on',
    run: async (workspace) => {
      workspace.write('main.tf.json', {
        resource: { null_resource: { first: {} } },
        data: { external: { it: { program: ['cat'], query: { id: '${null_resource.first.id}' } } } },
      });
      assert.match((await workspace.plan()).text, /data\.external\.it will be read during apply/);
      await workspace.apply();
      const id = workspace.instances('null_resource', 'first')[0]?.['id'];
      assert.deepEqual(workspace.instances('external', 'it')[0]?.['result'], { id });
    },
  },
];
