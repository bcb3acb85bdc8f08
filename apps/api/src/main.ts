import { setGlobalProxyFromEnv } from 'node:http';
import { createApi } from './api.ts';
import { DatabaseNotReady, requireReadyDatabase } from '#database';
import { SettingsError, SystemClock } from '#kernel';
import { migrations } from '../../../migrations/index.ts';
import { apiSettings } from './settings.ts';
import { gatheredOutput } from './standard-output.ts';

try {
  setGlobalProxyFromEnv();
  const settings = apiSettings(process.env);
  await requireReadyDatabase(settings.databaseUrl, migrations);
  const app = await createApi(settings, new SystemClock(), gatheredOutput());
  // A process that the signal itself ends would not write its last lines.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(settings.port, settings.host);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof DatabaseNotReady)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
