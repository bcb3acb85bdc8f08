/** @type {import('knip').KnipConfig} */
export default {
  entry: [
    'apps/*/src/{main,index}.ts',
    'apps/{api,lab}/src/*.main.ts',
    'apps/lab/src/{bench,contract,demo,screenshots,samples,trace}/main.ts',
    'apps/lab/src/drills/*.main.ts',
    'apps/lab/src/chaos/{main,planted-bug.preload,worker.main}.ts',
    // What third parties take: its exports are for them.
    'libs/api-client/src/index.ts',
    // Loaded by their names, for the comparison with the migrated schema.
    'libs/*/src/**/*.entity.ts',
    // Runs in a thread of its own.
    'libs/scheduling/src/schedule/schedule.worker.ts',
    'libs/database/src/testing/jest-global-*.ts',
    'migrations/index.ts',
    'apps/console/src/main.tsx',
    'apps/console/*.config.ts',
    'apps/lab/src/test-runner/{sequencer,shared-runtime}.ts',
    '{apps,libs}/**/*.{spec,int-spec,e2e-spec}.ts',
  ],
  project: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts', 'migrations/*.ts', 'deploy/**/*.ts'],
  // Loaded by name: schemas of the simulated cluster.
  ignoreDependencies: ['kubernetes-models'],
  // Programs of the system: for root, who starts PostgreSQL under a user of its own, and for the test of a full disk.
  ignoreBinaries: ['groupadd', 'useradd', 'mount', 'umount', 'unshare', 'prometheus'],
  // Generated whole from the OpenAPI document, whatever of it the command line uses.
  ignore: ['libs/api-client/src/api-types.ts'],
  // A type in a public API names an argument or an answer of the module's functions, whether somebody else writes its name or not.
  ignoreIssues: { 'libs/*/src/index.ts': ['types'], 'libs/*/src/testing/index.ts': ['types'] },
  // Types that only name the shape of an exported function's argument or answer.
  ignoreExportsUsedInFile: true,
};
