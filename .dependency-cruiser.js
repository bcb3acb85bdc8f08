/** The rooms of `architecture.md` in order: each may import the doors of those before it, never of those behind it. */
const rooms = [
  'kernel',
  'database',
  'audit',
  'identity',
  'tenancy',
  'decisions',
  'catalog',
  'ledger',
  'subsidy',
  'funding',
  'jobs',
  'scheduling',
  'cluster',
  'metering',
  'statements',
  'replay',
  'insight',
  'notifications',
];

const onlyEarlierRooms = rooms.map((room, index) => ({
  name: `${room}-imports-only-earlier-rooms`,
  comment: 'Data flows one way: a later stage reads an earlier one, never the other way round (architecture.md).',
  severity: 'error',
  from: { path: `^libs/${room}/` },
  to: { path: `^libs/(${rooms.slice(index + 1).join('|') || 'none'})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...onlyEarlierRooms,
    {
      name: 'through-the-door',
      comment: 'Another room is used through its index.ts (or testing/index.ts) only.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/testing/index\\.ts$'] },
    },
    {
      name: 'apps-through-the-door',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/testing/index\\.ts$'] },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Tests may drive the simulated cluster and the migrations.',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['\\.(int-)?spec\\.ts$', '/testing/'] },
      to: { path: '^apps/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ holds rules as functions of values: kernel and its own files only.',
      severity: 'error',
      from: { path: '^libs/[^/]+/src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/kernel/', '^libs/[^/]+/src/domain/'] },
    },
    {
      name: 'kernel-is-pure',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|pg|@kubernetes|fastify)' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['speedspace-source', 'import', 'default'], exportsFields: ['exports'] },
  },
};
