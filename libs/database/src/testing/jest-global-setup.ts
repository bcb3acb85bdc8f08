import { mkdtemp, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrations } from '../../../../migrations/index.ts';
import { databaseSettings } from '../database-settings.ts';
import { EmbeddedPostgresServer } from '../embedded-postgres-server.ts';
import { migrate } from '../migrate.ts';
import { TEMPLATE_DATABASE, TEST_SERVER_VARIABLE } from './test-database.ts';

declare global {
  var testPostgres: EmbeddedPostgresServer | undefined;
}

/** One real PostgreSQL for all integration tests, with one migrated template that each test file copies. */
export default async function startTestPostgres(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-test-'));
  await chmod(directory, 0o755);
  // Durability against power loss is not what tests look at; a crash of the server process still recovers.
  const flags = ['fsync=off', 'full_page_writes=off', 'max_connections=300', 'shared_buffers=256MB'].flatMap((setting) => ['-c', setting]);
  const server = await EmbeddedPostgresServer.start(path.join(directory, 'data'), 0, flags);
  await server.ensureDatabase(TEMPLATE_DATABASE);
  await migrate(databaseSettings(server.url(TEMPLATE_DATABASE)), migrations);
  process.env[TEST_SERVER_VARIABLE] = server.url('');
  globalThis.testPostgres = server;
}
