/** @type {import('knip').KnipConfig} */
export default {
  entry: [
    'apps/*/src/{main,index}.ts',
    'apps/{api,lab}/src/*.main.ts',
    'apps/lab/src/{bench,demo}/main.ts',
    'apps/lab/src/chaos/{main,planted-bug.preload,worker.main}.ts',
    // A module's public API: what stands there is for modules to come as well.
    'libs/*/src/index.ts',
    'libs/*/src/testing/index.ts',
    'libs/database/src/testing/jest-global-*.ts',
    'migrations/index.ts',
    '{apps,libs}/**/*.{spec,int-spec,e2e-spec}.ts',
  ],
  project: ['apps/**/*.ts', 'libs/**/*.ts', 'migrations/*.ts', 'deploy/**/*.ts'],
  // The generator of the Nest monorepo (`npx nest generate`), and what is loaded by name: schemas of the simulated cluster.
  ignoreDependencies: ['@nestjs/cli', 'kubernetes-models'],
  // Programs of the system, asked for where root starts PostgreSQL under a user of its own.
  ignoreBinaries: ['groupadd', 'useradd'],
  // Generated whole from the OpenAPI document, whatever of it the command line uses.
  ignore: ['libs/api-client/src/api-types.ts'],
  // Types that only name the shape of an exported function's argument or answer.
  ignoreExportsUsedInFile: true,
};
