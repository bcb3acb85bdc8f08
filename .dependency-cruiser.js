/** The modules of `architecture.md` in order: each may import the public API of those before it, never of those behind it. */
export const modules = [
  'kernel',
  'api-client',
  'database',
  'monitoring',
  'storage',
  'signing',
  'sealing',
  'audit',
  'identity',
  'tenancy',
  'decisions',
  'catalog',
  'secrets',
  'ledger',
  'programmes',
  'grants',
  'applications',
  'funding',
  'jobs',
  'scheduling',
  'cluster',
  'pod-history',
  'metering',
  'statements',
  'settlement',
  'replay',
  'insight',
  'notifications',
];

const onlyEarlierModules = modules.map((module, index) => ({
  name: `${module}-imports-only-earlier-modules`,
  comment: 'Data flows one way: a later stage reads an earlier one, never the other way round (architecture.md).',
  severity: 'error',
  from: { path: `^libs/${module}/` },
  to: { path: `^libs/(${modules.slice(index + 1).join('|') || 'none'})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...onlyEarlierModules,
    {
      name: 'api-client-imports-no-module',
      comment: 'Third parties take it as it is.',
      severity: 'error',
      from: { path: '^libs/api-client/' },
      to: { path: '^libs/', pathNot: '^libs/api-client/' },
    },
    {
      name: 'public-api-only',
      comment: 'Another module is used through its index.ts (or testing/index.ts) only.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/testing/index\\.ts$'] },
    },
    {
      name: 'apps-use-public-api-only',
      severity: 'error',
      from: { path: '^apps/' },
      to: {
        path: '^libs/',
        pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/testing/index\\.ts$', '^libs/kernel/src/browser\\.ts$'],
      },
    },
    {
      name: 'console-is-a-client-of-the-api',
      comment: 'It runs in a browser, and holds no rule of the domain.',
      severity: 'error',
      from: { path: '^apps/console/src/' },
      to: { path: '^(libs|apps)/', pathNot: ['^apps/console/src/', '^libs/api-client/src/index\\.ts$', '^libs/kernel/src/browser\\.ts$'] },
    },
    {
      name: 'libs-import-no-app',
      comment: 'Tests may drive the simulated cluster and the migrations.',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['\\.(int-)?spec\\.ts$', '/testing/'] },
      to: { path: '^apps/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ holds rules as functions of values: kernel, its own files, a heap, and the types of earlier modules.',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/kernel/', '^libs/[^/]+/src/domain/', '^node_modules/tinyqueue/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kernel-is-pure',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|@kubernetes|fastify)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['speedspace-source', 'import', 'default'], exportsFields: ['exports'] },
  },
};
