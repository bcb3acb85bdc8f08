import path from 'node:path';
import { z } from 'zod';
import { clusterEnvironment } from '#cluster';
import { databaseEnvironment, ownerEnvironment } from '#database';
import { parseSettings, port, timeZone } from '#kernel';
import { environment as apiEnvironment } from '../../api/src/settings.ts';
import { loopEnvironment } from '../../controller/src/index.ts';

/** The variables that standalone reads itself; its API reads its own beside them. */
export const environment = z.object({
  DATA_DIRECTORY: z.string().default('.data').meta({ description: 'directory of the embedded database, the secrets and the kubeconfig' }),
  DATABASE_URL: databaseEnvironment.DATABASE_URL.optional().meta({
    ...databaseEnvironment.DATABASE_URL.meta(),
    shownDefault: 'embedded',
  }),
  DATABASE_OWNER_URL: ownerEnvironment.DATABASE_OWNER_URL.optional().meta({ ...ownerEnvironment.DATABASE_OWNER_URL.meta() }),
  DEMO_DATA: z.enum(['true', 'false']).optional().meta({
    description: 'whether an empty database is filled with invented companies and people',
    shownDefault: '`true` with an embedded database and the simulated cluster',
  }),
  DEMO_JOBS: z.coerce.number().int().min(0).max(2_000).default(80).meta({
    description: 'jobs of each month of the demo data: the fewer, the shorter the first start; with 0 there are none at present either',
  }),
  DEMO_TRACE: z.string().optional().meta({
    description: 'list of pods of the trace `cluster-trace-gpu-v2023` (CSV), whose tasks the jobs of the demo data are like',
    shownDefault: 'a built-in sample',
  }),
  ...clusterEnvironment,
  PORT: apiEnvironment.shape.PORT,
  POSTGRES_PORT: port.default(5433).meta({ description: 'port of the embedded database; a free one is taken where it is in use' }),
  SIM_PORT: port
    .default(6443)
    .meta({ description: 'port of the simulated cluster; 0 takes a free one, and so does standalone where it is in use' }),
  ...loopEnvironment,
  TIME_ZONE: timeZone,
});

export interface StandaloneSettings extends z.output<typeof environment> {
  readonly directory: string;
  /** By default with the embedded database and the simulated cluster only. */
  readonly demoData: boolean;
}

/** @throws SettingsError */
export function standaloneSettings(variables: Readonly<Record<string, string | undefined>>): StandaloneSettings {
  const given = parseSettings(environment, variables);
  // Jobs of the demo tell the simulated cluster how they run, which a real one does not understand.
  const isOwn = given.DATABASE_URL === undefined && given.KUBECONFIG === undefined;
  const demoData = (given.DEMO_DATA ?? String(isOwn)) === 'true';
  return { ...given, directory: path.resolve(given.DATA_DIRECTORY), demoData };
}
