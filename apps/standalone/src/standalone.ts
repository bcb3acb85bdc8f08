import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogModule } from '#catalog';
import { DatabaseModule, EmbeddedPostgresServer, prepareDatabase, requireReadyDatabase } from '#database';
import { JobSettings } from '#jobs';
import { type Clock, instantOf, SystemClock } from '#kernel';
import { parkIdentityOf } from '#signing';
import { migrations } from '../../../migrations/index.ts';
import { createApi } from '../../api/src/api.ts';
import { API_SETTINGS, type ApiSettings, apiSettings } from '../../api/src/settings.ts';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings, loopDatabase } from '../../controller/src/index.ts';
import { fillDatabase, fillIfEmpty } from './demo/demo-data.ts';
import { DemoSignInModule } from './demo/demo-sign-in.module.ts';
import type { DemoAccount } from './demo/park-setup.ts';
import type { StandaloneSettings } from './standalone-settings.ts';
import { TimeModule } from './time.module.ts';

const DATABASE = 'speedspace';
/** Holds demo data until they are complete. */
const UNFINISHED = 'speedspace_unfinished';

/** The whole product in one process: database, simulated cluster, API and controller. */
export interface Standalone {
  readonly api: INestApplicationContext;
  readonly apiUrl: string;
  readonly databaseUrl: string;
  /** Where the owner of the schema logs in; undefined where the settings do not name it. */
  readonly databaseOwnerUrl: string | undefined;
  readonly kubeconfigPath: string;
  /** Undefined where a real cluster is used. */
  readonly cluster: SimulatedCluster | undefined;
  /** People of the demo data, with their passwords, when it was loaded just now. */
  readonly people: readonly DemoAccount[];
  stop(): Promise<void>;
}

/**
 * Starts what the settings do not point elsewhere: a database without DATABASE_URL, a cluster without KUBECONFIG.
 * @param report takes a line for people about what takes long
 */
export async function startStandalone(
  settings: StandaloneSettings,
  clock: Clock = new SystemClock(),
  report: (line: string) => void = () => undefined,
): Promise<Standalone> {
  await mkdir(settings.directory, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const kubeconfigPath = settings.KUBECONFIG ?? path.join(settings.directory, 'kubeconfig.yaml');
    const port = await freePort(settings.PORT);
    const secrets = await secretsIn(settings.directory);
    const settingsOf = (databaseUrl: string): ApiSettings =>
      apiSettings({
        LOG_LEVEL: 'warn',
        ...process.env,
        DATABASE_URL: databaseUrl,
        KUBECONFIG: kubeconfigPath,
        SIMULATED_CLUSTER: String(settings.KUBECONFIG === undefined),
        // Links lead to where this process listens, also where it had to take another port.
        PUBLIC_URL: given('PUBLIC_URL') ?? `http://localhost:${port}`,
        ...secrets,
      });
    const fill: Fill = (databaseUrl, how) => how(settingsOf(databaseUrl), { settings, now: instantOf(clock.now()), report });
    const { databaseUrl, databaseOwnerUrl, people } = await readyDatabase(settings, stops, fill);
    const cluster =
      settings.KUBECONFIG === undefined
        ? await SimulatedCluster.start({
            clock,
            port: await simulatedPort(settings),
            memoryFile: path.join(settings.directory, 'cluster.json'),
          })
        : undefined;
    if (cluster !== undefined) stops.push(() => cluster.stop());
    if (cluster !== undefined) await writeFile(kubeconfigPath, cluster.kubeconfigYaml, { mode: 0o600 });

    const api = await createApi(
      { ...settingsOf(databaseUrl), offersDemo: settings.demoData },
      clock,
      undefined,
      settings.demoData ? [DemoSignInModule.register()] : [],
    );
    stops.push(() => api.close());
    await api.listen(port, '127.0.0.1');
    const controller = await startController(
      settings,
      databaseUrl,
      kubeconfigPath,
      clock,
      api.get<ApiSettings>(API_SETTINGS, { strict: false }),
      api.get(JobSettings, { strict: false }),
    );
    stops.push(() => controller.close());
    const apiUrl = (await api.getUrl()).replace('[::1]', 'localhost');
    return { api, apiUrl, databaseUrl, databaseOwnerUrl, kubeconfigPath, cluster, people, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Fills a database with demo data in one of two ways. */
type Fill = (databaseUrl: string, how: typeof fillDatabase) => Promise<readonly DemoAccount[]>;

/**
 * Where the processes log in: to the database that the settings name, or to one of our own. Demo data are made in a database of their own
 * name, which gets its real name when they are complete: a first start that is interrupted leaves nothing that a later one would take.
 */
async function readyDatabase(
  settings: StandaloneSettings,
  stops: (() => Promise<void>)[],
  fill: Fill,
): Promise<Pick<Standalone, 'databaseUrl' | 'databaseOwnerUrl' | 'people'>> {
  const { DATABASE_URL: given, DATABASE_OWNER_URL: owner } = settings;
  if (given !== undefined) {
    if (owner !== undefined) await prepareDatabase(owner, given, migrations);
    await requireReadyDatabase(given, migrations);
    return { databaseUrl: given, databaseOwnerUrl: owner, people: settings.demoData ? await fill(given, fillIfEmpty) : [] };
  }
  const server = await EmbeddedPostgresServer.start(path.join(settings.directory, 'postgres'), settings.POSTGRES_PORT);
  stops.push(() => server.stop());
  const people: DemoAccount[] = [];
  if (settings.demoData && !(await server.has(DATABASE))) {
    people.push(...(await fill(await server.prepareUnpublished(UNFINISHED, migrations), fillDatabase)));
    await server.publish(UNFINISHED, DATABASE);
  }
  return { databaseUrl: await server.prepare(DATABASE, migrations), databaseOwnerUrl: server.ownerUrl(DATABASE), people };
}

/** A restarted cluster is empty; its old kubeconfig would name a certificate that is gone, so only the port matters. */
async function simulatedPort(settings: StandaloneSettings): Promise<number> {
  return (await isFree(settings.SIM_PORT)) ? settings.SIM_PORT : 0;
}

/** A variable of the environment; one that is empty is not given. */
function given(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** `preferred`, or one that nobody has where that is taken, or 0. */
async function freePort(preferred: number): Promise<number> {
  if (preferred !== 0 && (await isFree(preferred))) return preferred;
  const { createServer } = await import('node:net');
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function isFree(port: number): Promise<boolean> {
  const { createServer } = await import('node:net');
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** What the API needs to sign and to seal: as the environment says, or kept beside the data. */
async function secretsIn(directory: string): Promise<Record<'JWT_SECRET' | 'SIGNING_KEY_FILE' | 'SECRETS_KEY', string>> {
  return {
    JWT_SECRET: given('JWT_SECRET') ?? (await secretIn(directory, 'jwt-secret')),
    SIGNING_KEY_FILE: given('SIGNING_KEY_FILE') ?? (await signingKeyIn(directory)),
    SECRETS_KEY: given('SECRETS_KEY') ?? (await secretIn(directory, 'secrets-key')),
  };
}

/** A secret that is kept beside the data, so that it survives a restart. */
async function secretIn(directory: string, name: string): Promise<string> {
  const file = path.join(directory, name);
  if (!existsSync(file)) await writeFile(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return await readFile(file, 'utf8');
}

/** The file of a signing key that is made for this machine and kept beside the data. */
async function signingKeyIn(directory: string): Promise<string> {
  const file = path.join(directory, 'signing-key.pem');
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return file;
}

async function startController(
  settings: StandaloneSettings,
  databaseUrl: string,
  kubeconfigPath: string,
  clock: Clock,
  { mail, attachments, park, identity }: Pick<ApiSettings, 'mail' | 'attachments' | 'park' | 'identity'>,
  jobs: JobSettings,
): Promise<INestApplicationContext> {
  const loops = ControllerSettings.of(settings);
  @Module({
    imports: [
      TimeModule.forRoot(clock, settings.TIME_ZONE),
      DatabaseModule.forRoot(loopDatabase(databaseUrl)),
      CatalogModule,
      ControllerModule.register({ kubeconfigPath }, loops, jobs, mail, attachments, parkIdentityOf(park), identity.sealingSecrets),
    ],
  })
  class ControllerProcess {}
  return await NestFactory.createApplicationContext(ControllerProcess, { logger: ['error', 'warn'] });
}
