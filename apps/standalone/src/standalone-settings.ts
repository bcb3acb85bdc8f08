import path from 'node:path';
import { z } from 'zod';
import { parseSettings, postgresUrl, timeZone } from '#kernel';
import { fundsWarnings } from '../../controller/src/index.ts';

const environment = z.object({
  /** Where the embedded database, the secret and the kubeconfig are kept. */
  DATA_DIRECTORY: z.string().default('.data'),
  DATABASE_URL: postgresUrl.optional(),
  /** The login that owns the schema: given, `DATABASE_URL` is migrated at the start. */
  DATABASE_OWNER_URL: postgresUrl.optional(),
  /** Whether an empty database is filled with invented companies and people. */
  DEMO_DATA: z.enum(['true', 'false']).optional(),
  KUBECONFIG: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  POSTGRES_PORT: z.coerce.number().int().min(0).max(65_535).default(5433),
  SIM_PORT: z.coerce.number().int().min(0).max(65_535).default(6443),
  METERING_TICK: z.coerce.number().int().positive().default(60),
  HOLD_HORIZON: z.coerce.number().int().positive().default(3_600),
  START_DEADLINE: z.coerce.number().int().positive().default(600),
  REACTION_TIME: z.coerce.number().int().positive().default(10),
  DRAIN_NOTICE: z.coerce.number().int().positive().default(300),
  FUNDS_WARNINGS: fundsWarnings,
  MONTH_CLOSE_AFTER: z.coerce.number().int().min(0).max(365).optional(),
  TIME_ZONE: timeZone,
});

export interface StandaloneSettings extends z.output<typeof environment> {
  readonly directory: string;
  /** By default with the embedded database only. */
  readonly demoData: boolean;
}

/** @throws SettingsError */
export function standaloneSettings(variables: Readonly<Record<string, string | undefined>>): StandaloneSettings {
  const given = parseSettings(environment, variables);
  const demoData = (given.DEMO_DATA ?? (given.DATABASE_URL === undefined ? 'true' : 'false')) === 'true';
  return { ...given, directory: path.resolve(given.DATA_DIRECTORY), demoData };
}
