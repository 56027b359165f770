/* global module */
'use strict';

const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdktf.out'],
};

const unit = {
  ...shared,
  globalSetup: '<rootDir>/lab/el6/strict/before-tests.ts',
  testPathIgnorePatterns: ['<rootDir>/__tests__/end-to-end/', '<rootDir>/__tests__/package/'],
};

/** What runs where Terraform runs, with the small programs of other machines and none but those: lab/userland. */
const DEPLOYER_SIDE = [
  ...['cli/drift-on-host', 'constructs/unreachable-host'],
  ...['carry', 'hostile-host', 'peers', 'runtime-check', 'ssh-words'].map((name) => `runtime/deployer/${name}`),
  'runtime/host/copy/copy-disk',
];

/** Of Debian's own, which all other tests run with, what mawk and dash have to do with. */
const DEBIAN_SIDE = ['carry', 'hostile-host', 'runtime-check', 'ssh-words'].map((name) => `runtime/deployer/${name}`);

const userland = (name, files = DEPLOYER_SIDE) => ({
  ...unit,
  displayName: `userland-${name}`,
  testMatch: files.map((file) => `<rootDir>/__tests__/${file}.test.ts`),
  globals: { USERLAND: name },
  setupFilesAfterEnv: ['<rootDir>/lab/userland/before-each-file.ts'],
});

/** `unit` and `fork` need this machine only, `package` the package registry too, `lab` boots real Xen hosts. */
module.exports = {
  // Most tests wait for the network rather than compute.
  maxWorkers: 3,
  // A test that hangs is found in time, and a busy machine is no failure.
  testTimeout: 120_000,
  projects: [
    { ...unit, displayName: 'unit', testMatch: ['<rootDir>/__tests__/**/*.test.ts'] },
    {
      // The same with the engine's fork under the engine's name: what constructs, synthesizes, or compares what came of it.
      // The rest runs shell, pure functions that import no engine, or programs of their own, which this does not reach.
      ...unit,
      displayName: 'fork',
      testMatch: ['constructs/*', 'render/golden*', 'testing*'].map((files) => `<rootDir>/__tests__/${files}.test.ts`),
      globals: { ENGINE: 'cdktn' },
      moduleNameMapper: {
        '^cdktf$': '<rootDir>/node_modules/cdktn',
        '^cdktf/(.*)$': '<rootDir>/node_modules/cdktn/$1',
      },
    },
    userland('debian', DEBIAN_SIDE),
    userland('busybox'),
    userland('bsd'),
    { ...shared, displayName: 'package', testMatch: ['<rootDir>/__tests__/package/**/*.test.ts'] },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/__tests__/end-to-end/**/*.test.ts'] },
  ],
};
