import { type Stack, stepsOf, withEmptySessions, withoutProviders } from '../../../lab/bench/deploy-rewrite';

const carry = (environment: Record<string, string>) => [{ 'local-exec': { command: 'carry', environment } }];

/** As the constructs write it, with references of every form to the host's answer. */
function synthesized(): Stack {
  const host = {
    triggers: { memory_mib: '8192', live: '${data.external.xen01_live.result["host"]}' },
    lifecycle: { ignore_changes: ['triggers["live"]'] },
    depends_on: ['null_resource.xen01_identity'],
    provisioner: carry({
      CDKTF_XEN_UNIT: 'host',
      CDKTF_XEN_LIVE: '${self.triggers.live}',
      CDKTF_XEN_GENERATION: '${data.external.xen01_live.result["host.generation"]}',
    }),
  };
  const identity = {
    triggers: { host: 'xen01' },
    provisioner: [{ 'local-exec': { when: 'destroy' as const, command: 'carry ${self.triggers.host}' } }],
  };
  return {
    terraform: { required_providers: { null: { source: 'null' }, external: { source: 'external' } } },
    provider: { null: [{}], external: [{}] },
    data: { external: { xen01_live: { program: ['bash', '${path.module}/observe.sh', 'xen01'] } } },
    resource: { null_resource: { xen01_identity: identity, xen01_host: host } },
  };
}

test('without providers, whatever refers to the answer or to a trigger still does', () => {
  const { stack, questions } = withoutProviders(synthesized());
  const resources = stack.resource['terraform_data'] as unknown as Record<string, Record<string, unknown>>;
  expect(resources['xen01_host']).toEqual({
    triggers_replace: { memory_mib: '8192', live: '${var.xen01_live["host"]}' },
    lifecycle: { ignore_changes: ['triggers_replace["live"]'] },
    depends_on: ['terraform_data.xen01_identity'],
    provisioner: carry({
      CDKTF_XEN_UNIT: 'host',
      CDKTF_XEN_LIVE: '${self.triggers_replace.live}',
      CDKTF_XEN_GENERATION: '${var.xen01_live["host.generation"]}',
    }),
  });
  expect(JSON.stringify(stack)).not.toMatch(/null_resource|data\.external|self\.triggers\b|required_providers/);
  expect(questions).toEqual([{ variable: 'xen01_live', program: ['bash', '${path.module}/observe.sh', 'xen01'] }]);
  expect(stack.variable).toEqual({ xen01_live: { type: 'map(string)' } });
});

test('with empty sessions, the resources and their order stay, and every session is empty', () => {
  const stack = withEmptySessions(synthesized(), 'ssh xen01 true');
  expect(stepsOf(stack)).toEqual([{ command: 'ssh xen01 true' }]);
  expect(stack.data?.external?.['xen01_live']?.program.join(' ')).toBe("bash -c ssh xen01 true && echo '{}'");
  expect(JSON.stringify(stack)).not.toContain('.result');
  const [before, after] = [synthesized(), stack].map(({ resource }) => resource['null_resource'] ?? {});
  expect(Object.keys(after ?? {})).toEqual(Object.keys(before ?? {}));
  expect(after?.['xen01_host']).toMatchObject({ depends_on: ['null_resource.xen01_identity'] });
});

test('both leave the stack that they are given as it is', () => {
  const stack = synthesized();
  withoutProviders(stack);
  withEmptySessions(stack, 'ssh xen01 true');
  expect(stack).toEqual(synthesized());
});
