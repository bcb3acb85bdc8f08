const common = {
  rootDir: '.',
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  runtime: '<rootDir>/apps/lab/src/test-runner/shared-runtime.ts',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          // Of an import of JSON.
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

/** Tests of what is compiled: they start its processes, and need no database of the tests. */
const COMPILED = [
  'apps/lab/test/chaos.e2e-spec.ts',
  ...['deploy-files', 'entries', 'proxy'].map((name) => `apps/standalone/test/${name}.e2e-spec.ts`),
];

/** @type {import('jest').Config} */
export default {
  // Three for two cores: a worker waits a third of its time, for PostgreSQL, for processes and for clocks.
  maxWorkers: 3,
  // A worker of a busy machine may take more than the default half second to give back its memory.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 60_000,
  testSequencer: '<rootDir>/apps/lab/src/test-runner/sequencer.ts',
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts'] },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs}/**/*.int-spec.ts', '<rootDir>/apps/*/test/**/*.e2e-spec.ts'],
      testPathIgnorePatterns: [...COMPILED, '<rootDir>/apps/console/'],
      globalSetup: '<rootDir>/libs/database/src/testing/jest-global-setup.ts',
      globalTeardown: '<rootDir>/libs/database/src/testing/jest-global-teardown.ts',
    },
    {
      ...common,
      displayName: 'compiled',
      testMatch: COMPILED.map((test) => `<rootDir>/${test}`),
      globalSetup: '<rootDir>/apps/standalone/test/jest-global-setup.ts',
    },
    {
      ...common,
      displayName: 'console',
      testMatch: ['<rootDir>/apps/console/test/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/apps/console/test/jest-global-setup.ts',
      globalTeardown: '<rootDir>/apps/console/test/jest-global-teardown.ts',
    },
  ],
};
