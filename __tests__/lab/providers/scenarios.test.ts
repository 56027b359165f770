import { existsSync } from 'node:fs';
import { resolveEngine } from '../../../lab/engine/engine';
import { buildStandInMirror } from '../../../lab/providers/mirror';
import { scenarios } from '../../../lab/providers/scenarios';
import { WorkspaceFactory } from '../../../lab/providers/workspace';

const real = process.env['LAB_PROVIDERS'] ?? '';
const mirrors = [
  { name: 'the stand-in', directory: async () => (await buildStandInMirror()).directory },
  ...(real === '' ? [] : [{ name: 'the real providers', directory: () => Promise.resolve(real) }]),
];

describe.each(mirrors)('$name', ({ directory }) => {
  let factory: WorkspaceFactory;

  beforeAll(async () => {
    const { binary } = await resolveEngine();
    const mirror = await directory();
    expect(existsSync(mirror)).toBe(true);
    factory = new WorkspaceFactory(binary, mirror);
    await factory.create();
  }, 120_000);

  afterAll(() => {
    factory.remove();
  });

  test.concurrent.each(scenarios)('$name', async ({ run }) => run(await factory.create()), 120_000);
});
