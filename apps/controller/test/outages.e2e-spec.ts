import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { eventually } from '#kernel/testing';
import { connectionOptions, databaseSettings, EmbeddedPostgresServer, ownerOptions, Transactions } from '#database';
import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { migrations } from '../../../migrations/index.ts';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

const DATABASE = 'speedspace';

describe('what the controller waits out', () => {
  let directory: string;
  let server: EmbeddedPostgresServer;
  let dataSource: DataSource;
  let environment: ScaledTestEnvironment;
  let second: TestingModule;

  const startServer = async (port: number) => await EmbeddedPostgresServer.start(path.join(directory, 'data'), port, ['-c', 'fsync=off']);

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'speedspace-outage-'));
    await chmod(directory, 0o755);
    server = await startServer(0);
    const url = await server.prepare(DATABASE, migrations);
    dataSource = await new DataSource(connectionOptions(databaseSettings(url))).initialize();
    environment = await ScaledTestEnvironment.start({ database: { url, transactions: new Transactions(dataSource) } });
    second = await environment.startController();
  });
  afterAll(async () => {
    await environment.stop();
    await dataSource.destroy();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const running = async (runTime: string): Promise<{ tenantId: string; job: Job }> => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, runTime);
    return { tenantId, job: await environment.until(job, 'Running') };
  };
  const podsEnded = async (job: Job): Promise<void> => {
    await eventually(
      'the end of its pods',
      () => environment.podsOf(job),
      (pods) => pods.every(({ endedAt }) => endedAt !== undefined),
    );
  };
  const expectChargedOnce = async ({ tenantId, job }: { tenantId: string; job: Job }): Promise<void> => {
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
  };
  const terms = async (): Promise<Map<string, bigint>> => {
    const rows = await dataSource.query<{ loop: string; term: bigint }[]>(`SELECT loop, term FROM leadership`);
    return new Map(rows.map(({ loop, term }) => [loop, term]));
  };

  it('loses nothing and charges nothing twice when the database stops under a running job and comes back after its end', async () => {
    const started = await running('60s');
    await server.stop();
    await podsEnded(started.job);
    server = await startServer(server.port);
    await expectChargedOnce(started);
  });

  it('loses nothing and charges nothing twice when the cluster’s API is away while a job ends', async () => {
    const started = await running('60s');
    environment.cluster.faults.apiDown(60_000);
    await podsEnded(started.job);
    environment.cluster.faults.apiUp();
    await expectChargedOnce(started);
  });

  it('begins a new term of every loop when the leader’s connections die, and charges what runs once (M7)', async () => {
    const started = await running('120s');
    const before = await terms();
    expect([...before.keys()].sort()).toEqual([
      ...['admission', 'audit-head', 'clean-up', 'company-status', 'lapses', 'last-seen', 'metering', 'month-end'],
      ...['notifications', 'orphans', 'pod-events', 'reconciliation', 'reminders', 'secrets', 'tenant-spaces', 'utilisation', 'workloads'],
    ]);
    const owner = await new DataSource(ownerOptions(server.ownerUrl('postgres'))).initialize();
    await owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'speedspace-leadership'`);
    await owner.destroy();
    await eventually('a new term of every loop', terms, (after) => [...before].every(([loop, term]) => (after.get(loop) ?? 0n) > term));
    await expectChargedOnce(started);
  });

  it('goes on when one of two controllers is shut down while a job runs (M7)', async () => {
    const started = await running('120s');
    await second.close();
    await expectChargedOnce(started);
  });
});
