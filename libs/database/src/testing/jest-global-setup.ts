import { migrations } from '../../../../migrations/index.ts';
import { EmbeddedPostgresServer } from '../embedded/embedded-postgres-server.ts';
import { TEMPLATE_DATABASE, TEST_OWNER_VARIABLE, TEST_SERVER_VARIABLE } from './test-database.ts';

declare global {
  var testPostgres: EmbeddedPostgresServer | undefined;
}

/** No test reads the log of the server: it is short, and commits do not wait for it. */
const WITHOUT_REPLICAS = ['wal_level=minimal', 'max_wal_senders=0', 'synchronous_commit=off'];

/** One real PostgreSQL for all integration tests, with one migrated template that each test file copies. */
export default async function startTestPostgres(): Promise<void> {
  const settings = ['max_connections=300', 'shared_buffers=256MB', ...WITHOUT_REPLICAS];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = await EmbeddedPostgresServer.startInMemory(flags);
  await server.prepare(TEMPLATE_DATABASE, migrations);
  process.env[TEST_SERVER_VARIABLE] = server.url('');
  process.env[TEST_OWNER_VARIABLE] = server.ownerUrl('');
  globalThis.testPostgres = server;
}
