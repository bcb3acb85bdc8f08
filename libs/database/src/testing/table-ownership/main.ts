import { globSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { checkTableOwnership } from './table-ownership.ts';
import { tablesWithoutEntity } from './tables-without-entity.ts';

/** Files that send SQL of their own, because they make the connection on which everybody else's SQL is sent. */
const INFRASTRUCTURE = {
  'libs/database/src/application-login.ts': 'creates the login that the application connects with',
  'libs/database/src/embedded/embedded-postgres-server.ts': 'creates the database',
  'libs/database/src/leadership.ts': 'keeps the lock of a term on a connection of its own',
  'libs/database/src/migrate.ts': 'runs the migrations',
  'libs/database/src/prepared-statement.ts': 'sends the prepared statements of others',
  'libs/database/src/readiness.ts': 'asks an unknown server whether it is ready',
  'libs/database/src/signals.ts': 'listens on a connection of its own',
  'libs/database/src/typed-rows.ts': 'sends the SQL of others and checks the rows',
  'libs/database/src/tenant-scope.ts': 'sets the role and tenant of a connection',
};

/** Product code: tests and their builders may look at every table, and so may the instruments of `apps/lab`. */
const EXCEPT = /\.(int-|e2e-)?spec\.ts$|\/testing\/|^apps\/[^/]+\/test\/|^apps\/(lab|console|cluster-sim|cli)\//;

const { modules } = (await import(pathToFileURL('.dependency-cruiser.js').href)) as { modules: readonly string[] };
const read = (path: string): string => readFileSync(path, 'utf8');
const paths = globSync('{apps,libs}/**/*.ts', { exclude: ['**/node_modules/**'] }).filter((path) => !EXCEPT.test(path));
const report = checkTableOwnership({
  files: new Map(paths.sort().map((path) => [path, read(path)])),
  migrations: globSync('migrations/*.ts').sort().map(read),
  modules,
  withoutEntity: tablesWithoutEntity,
  infrastructure: INFRASTRUCTURE,
});

for (const fault of [...report.undeclared, ...report.foreign, ...report.raw]) process.stderr.write(`${fault}\n`);
process.stdout.write(
  `${report.texts} SQL texts, ${report.tables} tables, ${report.views} views, ${report.foreign.length} foreign names, ` +
    `${report.raw.length} raw queries outside *.queries.ts\n`,
);
if (report.undeclared.length + report.foreign.length + report.raw.length > 0) process.exitCode = 1;
