import { setGlobalProxyFromEnv } from 'node:http';
import { createApi } from './api.ts';
import { DatabaseNotReady, requireReadyDatabase } from '#database';
import { SettingsError } from '#kernel';
import { migrations } from '../../../migrations/index.ts';
import { apiSettings } from './settings.ts';

try {
  setGlobalProxyFromEnv();
  const settings = apiSettings(process.env);
  await requireReadyDatabase(settings.databaseUrl, migrations);
  const app = await createApi(settings);
  app.enableShutdownHooks();
  await app.listen(settings.port, settings.host);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof DatabaseNotReady)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
