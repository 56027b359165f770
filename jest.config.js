/* global module */
'use strict';

const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/cdktf.out'],
};

/** Two projects: `unit` needs this machine only, `lab` boots real Xen hosts. */
module.exports = {
  // Most tests wait for the network rather than compute.
  maxWorkers: 3,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      globalSetup: '<rootDir>/lab/el6/strict/before-tests.ts',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/__tests__/end-to-end/'],
    },
    { ...shared, displayName: 'lab', testMatch: ['<rootDir>/__tests__/end-to-end/**/*.test.ts'] },
  ],
};
