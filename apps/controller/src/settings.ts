import { z } from 'zod';
import { clusterEnvironment } from '#cluster';
import { databaseEnvironment } from '#database';
import { parseSettings, timeZone } from '#kernel';
import { jobEnvironment } from '#jobs';
import { mailEnvironment } from '#notifications';
import { sealingEnvironment } from '#sealing';
import { signingEnvironment } from '#signing';
import { s3Environment } from '#storage';
import { loopEnvironment } from './controller-settings.ts';

/** The variables that the controller reads. */
export const environment = z.object({
  ...databaseEnvironment,
  ...clusterEnvironment,
  KUBERNETES_SERVICE_HOST: z.string().optional().meta({
    description: 'set by Kubernetes in a pod: the controller works on the cluster that it runs in',
    shownDefault: 'by Kubernetes',
  }),
  TIME_ZONE: timeZone,
  ...loopEnvironment,
  CONTROLLER_HOST: z.string().default('127.0.0.1').meta({ description: 'address on which the controller answers probes and Prometheus' }),
  CONTROLLER_PORT: z.coerce.number().int().min(1).max(65_535).optional().meta({
    description: 'port of the controller for `/healthz`, `/readyz` and `/metrics`',
    shownDefault: 'none: it opens no port',
  }),
  LEADER_LEASE: z.coerce.number().positive().default(10).meta({
    description: "real time without renewal after which another controller takes a leader's place",
    unit: 'seconds',
  }),
  ...mailEnvironment,
  ...s3Environment,
  ...jobEnvironment,
  ...signingEnvironment,
  ...sealingEnvironment,
  CLOCK_SPEED: z.coerce.number().positive().default(1).meta({
    description: 'how many times as fast as real time the clock runs, for tests beside a simulated cluster',
  }),
  CLOCK_ORIGIN: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'time that a compressed clock shows at `CLOCK_STARTED_AT`' }),
  CLOCK_STARTED_AT: z.iso.datetime({ offset: true }).optional().meta({ description: 'real time at which a compressed clock started' }),
});

export type ControllerEnvironment = z.output<typeof environment>;

/** @throws SettingsError naming each variable at fault */
export function controllerEnvironment(variables: NodeJS.ProcessEnv): ControllerEnvironment {
  return parseSettings(environment, variables);
}
