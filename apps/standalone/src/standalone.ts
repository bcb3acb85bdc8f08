import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogModule } from '#catalog';
import { DatabaseModule, databaseSettings, EmbeddedPostgresServer, prepareDatabase, requireReadyDatabase } from '#database';
import { MAIL_SETTINGS, type MailSettings } from '#identity';
import { JobSettings } from '#jobs';
import { type Clock, instantOf, SystemClock } from '#kernel';
import type { S3Settings } from '#subsidy';
import { migrations } from '../../../migrations/index.ts';
import { createApi } from '../../api/src/api.ts';
import { API_SETTINGS, type ApiSettings, apiSettings } from '../../api/src/settings.ts';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../../controller/src/index.ts';
import { type DemoPerson, loadDemoData } from './demo-data.ts';
import type { StandaloneSettings } from './standalone-settings.ts';
import { TimeModule } from './time.module.ts';

const DATABASE = 'speedspace';

/** The whole product in one process: database, simulated cluster, API and controller. */
export interface Standalone {
  readonly api: INestApplicationContext;
  readonly apiUrl: string;
  readonly databaseUrl: string;
  readonly kubeconfigPath: string;
  /** Undefined where a real cluster is used. */
  readonly cluster: SimulatedCluster | undefined;
  /** People of the demo data, with their passwords, when it was loaded just now. */
  readonly people: readonly DemoPerson[];
  stop(): Promise<void>;
}

/** Starts what the settings do not point elsewhere: a database without DATABASE_URL, a cluster without KUBECONFIG. */
export async function startStandalone(settings: StandaloneSettings, clock: Clock = new SystemClock()): Promise<Standalone> {
  await mkdir(settings.directory, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = await readyDatabase(settings, stops);
    const cluster =
      settings.KUBECONFIG === undefined ? await SimulatedCluster.start({ clock, port: await simulatedPort(settings) }) : undefined;
    if (cluster !== undefined) stops.push(() => cluster.stop());
    const kubeconfigPath = settings.KUBECONFIG ?? path.join(settings.directory, 'kubeconfig.yaml');
    if (cluster !== undefined) await writeFile(kubeconfigPath, cluster.kubeconfigYaml, { mode: 0o600 });

    const secret = await secretIn(settings.directory);
    const api = await createApi(
      apiSettings({
        LOG_LEVEL: 'warn',
        ...process.env,
        DATABASE_URL: databaseUrl,
        KUBECONFIG: kubeconfigPath,
        SIMULATED_CLUSTER: String(cluster !== undefined),
        JWT_SECRET: process.env.JWT_SECRET === undefined || process.env.JWT_SECRET === '' ? secret : process.env.JWT_SECRET,
      }),
      clock,
    );
    stops.push(() => api.close());
    const people = settings.demoData ? await loadDemoData(api, instantOf(clock.now())) : [];
    await listen(api, settings.PORT);
    const controller = await startController(
      settings,
      databaseUrl,
      kubeconfigPath,
      clock,
      api.get<MailSettings>(MAIL_SETTINGS, { strict: false }),
      api.get<ApiSettings>(API_SETTINGS, { strict: false }).attachments,
      api.get(JobSettings, { strict: false }),
    );
    stops.push(() => controller.close());
    return { api, apiUrl: (await api.getUrl()).replace('[::1]', 'localhost'), databaseUrl, kubeconfigPath, cluster, people, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the processes log in: to the database that the settings name, or to one of our own. */
async function readyDatabase(settings: StandaloneSettings, stops: (() => Promise<void>)[]): Promise<string> {
  const { DATABASE_URL: given, DATABASE_OWNER_URL: owner } = settings;
  if (given !== undefined) {
    if (owner !== undefined) await prepareDatabase(owner, given, migrations);
    await requireReadyDatabase(given, migrations);
    return given;
  }
  const server = await EmbeddedPostgresServer.start(path.join(settings.directory, 'postgres'), settings.POSTGRES_PORT);
  stops.push(() => server.stop());
  return await server.prepare(DATABASE, migrations);
}

/** A restarted cluster is empty; its old kubeconfig would name a certificate that is gone, so only the port matters. */
async function simulatedPort(settings: StandaloneSettings): Promise<number> {
  return (await isFree(settings.SIM_PORT)) ? settings.SIM_PORT : 0;
}

async function listen(api: Awaited<ReturnType<typeof createApi>>, port: number): Promise<void> {
  await api.listen((await isFree(port)) ? port : 0, '127.0.0.1');
}

async function isFree(port: number): Promise<boolean> {
  const { createServer } = await import('node:net');
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Kept beside the data, so that a restart does not sign everybody out. */
async function secretIn(directory: string): Promise<string> {
  const file = path.join(directory, 'jwt-secret');
  if (!existsSync(file)) await writeFile(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return await readFile(file, 'utf8');
}

async function startController(
  settings: StandaloneSettings,
  databaseUrl: string,
  kubeconfigPath: string,
  clock: Clock,
  mail: MailSettings,
  attachments: S3Settings | undefined,
  jobs: JobSettings,
): Promise<INestApplicationContext> {
  const loops = new ControllerSettings({
    meteringTickSeconds: settings.METERING_TICK,
    holdHorizonSeconds: settings.HOLD_HORIZON,
    startDeadlineSeconds: settings.START_DEADLINE,
    reactionSeconds: settings.REACTION_TIME,
    drainNoticeSeconds: settings.DRAIN_NOTICE,
    warningDistancesSeconds: settings.FUNDS_WARNINGS,
    ...(settings.MONTH_CLOSE_AFTER !== undefined && { monthCloseAfterDays: settings.MONTH_CLOSE_AFTER }),
  });
  @Module({
    imports: [
      TimeModule.with(clock, settings.TIME_ZONE),
      DatabaseModule.with(databaseSettings(databaseUrl)),
      CatalogModule,
      ControllerModule.with({ kubeconfigPath }, loops, jobs, mail, attachments),
    ],
  })
  class ControllerProcess {}
  return await NestFactory.createApplicationContext(ControllerProcess, { logger: ['error', 'warn'] });
}
