import { createApi } from './api.ts';
import { apiSettings, SettingsError } from './settings.ts';

try {
  const settings = apiSettings(process.env);
  const app = await createApi(settings);
  app.enableShutdownHooks();
  await app.listen(settings.port, settings.host);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
