import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { systemActor } from '#audit';
import { DatabaseModule, databaseSettings } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedWorld } from '#funding/testing';
import { BusinessCalendar, Clock, instantOf, ScaledClock } from '#kernel';
import { type Job, Jobs, JobSettings, parseJobFile } from '#jobs';
import { type VanishedPod, vanishedPods } from '#metering';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';

const person = systemActor('engineer');
/** How far apart a kubelet renews its lease. */
const LEASE_SECONDS = 10;

@Module({})
class Runtime {}

describe('pods that go without an answer, and answers that get lost', () => {
  const clock = new ScaledClock(30);
  let database: TestDatabase;
  let cluster: SimulatedCluster;
  let app: TestingModule;
  let world: FundedWorld;

  beforeAll(async () => {
    database = await TestDatabase.create();
    world = await FundedWorld.create(database.transactions, clock);
    cluster = await SimulatedCluster.start({ clock, nodeMonitorGraceSeconds: 20, unreachableTolerationSeconds: 20 });
    const time = [
      { provide: Clock, useValue: clock },
      { provide: BusinessCalendar, useValue: new BusinessCalendar() },
    ];
    app = await Test.createTestingModule({
      imports: [
        { module: Runtime, global: true, providers: time, exports: [Clock, BusinessCalendar] },
        DatabaseModule.with(databaseSettings(database.url)),
        ControllerModule.with(
          { kubeconfig: cluster.kubeconfigYaml },
          new ControllerSettings({ meteringTickSeconds: 30, holdHorizonSeconds: 600, relistSeconds: 3 }),
          new JobSettings(),
        ),
      ],
    }).compile();
    app.useLogger(process.env.SHOW_LOG === undefined ? false : console);
    await app.init();
  });
  afterEach(() => cluster.faults.rules.clear());
  afterAll(async () => {
    await app.close();
    await cluster.stop();
    await database.drop();
  });

  const submit = async (tenantId: string, runTime: string): Promise<Job> => {
    const file = parseJobFile({
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: 'train', annotations: { 'sim.speedspace.io/run-time': runTime } },
      spec: {
        ...{ gpuClass: 'h800', replicas: 1, gpusPerReplica: 8, image: 'registry.park.example/train:1', maxRuntime: '2h' },
        ...{ checkpoint: { grace: '20s' }, selfPay: true },
      },
    });
    return await database.transactions.run((tx) => app.get(Jobs).submit(tx, person, tenantId, file));
  };
  const eventually = async <T>(found: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const answer = await found();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const until = async (job: Job, state: Job['state'], attempt = 1): Promise<Job> =>
    await eventually(async () => {
      const now = await app.get(Jobs).get(database.transactions.reader, job.id);
      return now.state === state && now.attempt >= attempt ? now : undefined;
    });
  const vanishedOf = async (job: Job): Promise<VanishedPod> =>
    await eventually(async () => {
      const all = await vanishedPods(database.transactions.reader, { from: 0, until: instantOf(clock.now()) + 86_400 });
      return all.find((pod) => pod.jobId === job.id);
    });
  const truthOf = (job: Job) => cluster.truth().filter((pod) => pod.labels['speedspace.io/job'] === job.id);
  const charged = async (job: Job): Promise<bigint> => {
    const entries = (await world.journal.ofJob(database.transactions.reader, job.id, { limit: 1_000 })).items;
    return entries.flatMap((entry) => entry.postings).reduce((sum, posting) => sum + (posting.gpuSeconds ?? 0n), 0n);
  };

  it('end a force-deleted pod when its node was last heard of, list it, and start the job again (M3)', async () => {
    const job = await submit(await world.company(100_000_000n), '1h');
    await until(job, 'Running');
    await clock.wait(60_000);
    const [running] = truthOf(job);
    cluster.faults.forceDelete(running!.namespace, running!.name);
    const vanished = await vanishedOf(job);
    const ended = truthOf(job).find((pod) => pod.uid === running!.uid)!.endedAt!;
    expect(vanished).toMatchObject({ podUid: running!.uid, gpus: 8 });
    expect(vanished.lastSeenAt).toBeLessThanOrEqual(ended);
    expect(vanished.lastSeenAt).toBeGreaterThanOrEqual(ended - LEASE_SECONDS);
    expect(vanished.noticedGoneAt).toBeGreaterThanOrEqual(ended);
    await until(job, 'Running', 2);
  });

  it('charge a pod that was lost with its node until the node fell silent, not until the cluster noticed (M3)', async () => {
    const job = await submit(await world.company(100_000_000n), '1h');
    await until(job, 'Running');
    await clock.wait(60_000);
    const [running] = truthOf(job);
    cluster.faults.nodeDown(running!.node);
    const vanished = await vanishedOf(job);
    const lostAt = truthOf(job).find((pod) => pod.uid === running!.uid)!.endedAt!;
    expect(vanished.lastSeenAt).toBeLessThanOrEqual(lostAt);
    expect(vanished.lastSeenAt).toBeGreaterThanOrEqual(lostAt - LEASE_SECONDS);
    expect(vanished.noticedGoneAt).toBeGreaterThanOrEqual(lostAt + 20);
    cluster.faults.nodeUp(running!.node);
  });

  it('learn of an end whose event was lost from the next list, and charge it to the second', async () => {
    const job = await submit(await world.company(100_000_000n), '90s');
    await until(job, 'Running');
    cluster.faults.rules.add({ verb: 'watch', resource: 'pods', effect: { kind: 'drop-events' } });
    await until(job, 'Succeeded');
    expect(truthOf(job)[0]!.gpuSeconds).toBe(8 * 90);
    expect(await charged(job)).toBe(8n * 90n);
  });
});
