import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { stringify } from 'yaml';
import { DatabaseModule, databaseSettings } from '#database';
import { TestDatabase } from '#database/testing';
import { BusinessCalendar, Clock, ManualClock } from '#kernel';
import { JobSettings } from '#jobs';
import { eventually } from '#kernel/testing';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';

@Module({})
class Runtime {}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a client certificate that expires while the controller runs', () => {
  const clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  const said: string[] = [];
  let database: TestDatabase;
  let cluster: SimulatedCluster;
  let folder: string;
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    database = await TestDatabase.create();
    cluster = await SimulatedCluster.start({ clock });
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-certificate-'));
    await renew(30 * DAY_MS);
    const { clusters, contexts } = cluster.kubeconfig;
    const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    const [context] = contexts;
    const kubeconfigPath = path.join(folder, 'kubeconfig.yaml');
    const users = [{ name: context?.context.user, user }];
    const kubeconfig = { apiVersion: 'v1', kind: 'Config', 'current-context': context?.name, clusters, users, contexts };
    await writeFile(kubeconfigPath, stringify(kubeconfig));
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: BusinessCalendar, useValue: new BusinessCalendar() },
    ];
    const controller = await Test.createTestingModule({
      imports: [
        { module: Runtime, global: true, providers, exports: [Clock, BusinessCalendar] },
        DatabaseModule.forRoot(databaseSettings(database.url)),
        ControllerModule.register({ kubeconfigPath }, new ControllerSettings(), new JobSettings({ simulatedCluster: true })),
      ],
    }).compile();
    const keep = (text: unknown): void => void said.push(String(text));
    controller.useLogger({ log: () => undefined, warn: keep, error: keep });
    app = controller.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    await cluster.stop();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  /** Puts a new certificate in the place of the one before. */
  async function renew(lifetimeMs: number): Promise<Date> {
    const expiresAt = new Date(clock.now().getTime() + lifetimeMs);
    const { certificate, key } = await cluster.clientCertificate('speedspace', ['system:masters'], expiresAt);
    await writeFile(path.join(folder, 'client.key'), key);
    await writeFile(path.join(folder, 'client.crt'), certificate);
    return expiresAt;
  }
  const readyOnce = async (isRight: (status: number, text: string) => boolean): Promise<string> => {
    const look = async (): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`${url}/readyz`);
      return { status: answer.status, text: await answer.text() };
    };
    return (await eventually('the readiness of the controller', look, ({ status, text }) => isRight(status, text))).text;
  };

  it('is why the controller is not ready, as its log and its probe say, until there is a new one in its place', async () => {
    await readyOnce((status) => status === 200);
    expect(said.filter((line) => line.includes('credentials'))).toEqual([]);
    clock.advance(31 * DAY_MS);
    const text = await readyOnce((status, seen) => status === 503 && seen.includes('expired'));
    const sentence =
      'The credentials of the kubeconfig expired at 2026-10-31T00:00:00.000Z: put new ones in their place; the file is read again by itself.';
    expect(text).toContain(sentence);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await eventually(
      'the log of the controller',
      () => said.filter((line) => line.includes('credentials')),
      (lines) => lines.some((line) => line.includes('does not accept our credentials (401)')) && lines.includes(sentence),
    );
    await renew(30 * DAY_MS);
    await readyOnce((status) => status === 200);
  });
});
