import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { systemActor } from '#audit';
import { DatabaseModule, databaseSettings } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedWorld } from '#funding/testing';
import { BusinessCalendar, Clock, ScaledClock } from '#kernel';
import { type Job, Jobs, JobSettings, parseJobFile } from '#jobs';
import { accounts } from '#ledger';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';

const person = systemActor('engineer');

@Module({})
class Runtime {}

describe('one job goes the whole way', () => {
  const clock = new ScaledClock(30);
  let database: TestDatabase;
  let cluster: SimulatedCluster;
  let app: TestingModule;
  let world: FundedWorld;

  beforeAll(async () => {
    database = await TestDatabase.create();
    world = await FundedWorld.create(database.transactions, clock);
    cluster = await SimulatedCluster.start({ clock });
    const settings = new ControllerSettings({ meteringTickSeconds: 30, holdHorizonSeconds: 600 });
    app = await Test.createTestingModule({
      imports: [
        {
          module: Runtime,
          global: true,
          providers: [
            { provide: Clock, useValue: clock },
            { provide: BusinessCalendar, useValue: new BusinessCalendar() },
          ],
          exports: [Clock, BusinessCalendar],
        },
        DatabaseModule.with(databaseSettings(database.url)),
        ControllerModule.with({ kubeconfig: cluster.kubeconfigYaml }, settings, new JobSettings()),
      ],
    }).compile();
    app.useLogger(process.env.SHOW_LOG === undefined ? false : console);
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await cluster.stop();
    await database.drop();
  });

  const submit = async (tenantId: string, annotations: Record<string, string>, spec: object = {}): Promise<Job> => {
    const file = {
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: 'sft-7b', annotations },
      spec: {
        gpuClass: 'h800',
        replicas: 2,
        gpusPerReplica: 4,
        image: 'registry.park.example/train:1',
        maxRuntime: '30m',
        checkpoint: { grace: '20s' },
        selfPay: true,
        ...spec,
      },
    };
    return await database.transactions.run((tx) => app.get(Jobs).submit(tx, person, tenantId, parseJobFile(file)));
  };
  const until = async (job: Job, states: readonly string[]): Promise<Job> => {
    for (;;) {
      const now = await app.get(Jobs).get(database.transactions.reader, job.id);
      if (states.includes(now.state)) return now;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const charged = async (job: Job): Promise<bigint> => {
    const entries = (await world.journal.ofJob(database.transactions.reader, job.id, { limit: 1_000 })).items;
    return entries.flatMap((entry) => entry.postings).reduce((sum, posting) => sum + (posting.gpuSeconds ?? 0n), 0n);
  };
  const trulyRun = (job: Job): bigint =>
    cluster.truth().reduce((sum, pod) => (pod.labels['speedspace.io/job'] === job.id ? sum + BigInt(pod.gpuSeconds) : sum), 0n);

  it('charges exactly the GPU-seconds that the cluster ran, and releases every hold (M1, M4, F5)', async () => {
    const tenantId = await world.company();
    const grantId = await world.grant(tenantId, 1_000_000n, { unit: 'GPU_SECONDS' });
    const job = await submit(tenantId, { 'sim.speedspace.io/run-time': '95s' });
    const ended = await until(job, ['Succeeded', 'Failed']);
    expect(ended.state).toBe('Succeeded');
    expect(trulyRun(job)).toBe(8n * 95n);
    expect(await charged(job)).toBe(trulyRun(job));
    expect(await world.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await world.balance(accounts.grantAvailable(grantId))).toBe(1_000_000n - trulyRun(job));
  });

  it('tells the exit code of a job that fails, and charges what it ran', async () => {
    const tenantId = await world.company(1_000_000n);
    const job = await submit(tenantId, { 'sim.speedspace.io/run-time': '40s', 'sim.speedspace.io/exit-code': '3' });
    const ended = await until(job, ['Succeeded', 'Failed']);
    expect(ended).toMatchObject({ state: 'Failed', exit: { reason: 'exit-code', exitCode: 3 } });
    expect(await charged(job)).toBe(trulyRun(job));
    expect(await world.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('stops a job gracefully before its funds end, so that nothing is absorbed (F6)', async () => {
    const tenantId = await world.company();
    const grantId = await world.grant(tenantId, 8n * 700n, { unit: 'GPU_SECONDS' });
    const job = await submit(tenantId, { 'sim.speedspace.io/run-time': '20m' }, { checkpoint: { grace: '20s' } });
    const suspended = await until(job, ['Suspended']);
    expect(suspended.exit?.reason).toBe('funds exhausted');
    expect(await charged(job)).toBe(trulyRun(job));
    expect(await world.balance(accounts.absorbed, 'CNY')).toBe(0n);
    expect(await world.balance(accounts.grantHeld(grantId))).toBe(0n);
  });

  it('ends the pods of a cancelled job and charges them to the second', async () => {
    const tenantId = await world.company(10_000_000n);
    const job = await submit(tenantId, { 'sim.speedspace.io/run-time': '20m' });
    await until(job, ['Running']);
    await database.transactions.run((tx) => app.get(Jobs).cancel(tx, person, job.id));
    expect((await until(job, ['Cancelled'])).state).toBe('Cancelled');
    expect(await charged(job)).toBe(trulyRun(job));
    expect(await world.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('says why a job waits that cannot be funded now', async () => {
    const tenantId = await world.company(100n);
    const job = await submit(tenantId, {});
    for (;;) {
      const { waiting } = await app.get(Jobs).get(database.transactions.reader, job.id);
      if (waiting !== null) {
        expect(waiting.reason).toBe('funds');
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});
