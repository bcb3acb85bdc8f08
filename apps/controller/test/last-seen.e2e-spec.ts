import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ClusterService } from '#cluster';
import { DatabaseModule, databaseSettings, type LeaderTerm, Leadership } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { BusinessCalendar, Clock, type Instant, instantOf, ManualClock } from '#kernel';
import { JobsService, JobSettings, parseJobFile } from '#jobs';
import { MeteringService } from '#metering';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../src/index.ts';
import { LastSeenLoop } from '../src/loops/last-seen.loop.ts';
import { PodCache } from '../src/pod-cache.ts';
import { engineer } from './controller-test-environment.ts';

@Module({})
class Runtime {}

const TICK = 20;

/** The loop turned by hand, on a clock that a test drives: what it knows depends on no machine's speed. */
describe('until when pods are known to run (M3)', () => {
  const clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  let database: TestDatabase;
  let simulated: SimulatedCluster;
  let controller: TestingModule;
  let loop: LastSeenLoop;
  let term: LeaderTerm;
  const stop = new AbortController();
  let following: Promise<void>;
  let tenantId: string;
  let jobs = 0;

  beforeAll(async () => {
    database = await TestDatabase.create();
    const funds = await FundedTestEnvironment.create(database.transactions, clock);
    tenantId = await funds.company(100_000_000n);
    simulated = await SimulatedCluster.start({ clock });
    const runtime = [
      { provide: Clock, useValue: clock },
      { provide: BusinessCalendar, useValue: new BusinessCalendar() },
    ];
    const settings = new ControllerSettings({ meteringTickSeconds: TICK });
    controller = await Test.createTestingModule({
      imports: [
        { module: Runtime, global: true, providers: runtime, exports: [Clock, BusinessCalendar] },
        DatabaseModule.forRoot(databaseSettings(database.url)),
        ControllerModule.register({ kubeconfig: simulated.kubeconfigYaml }, settings, new JobSettings({ simulatedCluster: true })),
      ],
    }).compile();
    controller.useLogger(false);
    loop = controller.get(LastSeenLoop, { strict: false });
    following = controller.get(PodCache, { strict: false }).follow(stop.signal);
    const elected = await controller.get(Leadership, { strict: false }).tryAcquire('last-seen');
    if (elected === undefined) throw new Error('somebody else leads');
    term = elected;
  });
  afterAll(async () => {
    stop.abort();
    await following;
    await term.release();
    await controller.close();
    await simulated.stop();
    await database.drop();
  });

  const now = (): Instant => instantOf(clock.now());
  const pass = (seconds: number): void => {
    clock.advance(seconds * 1_000);
    simulated.settle();
  };
  const turn = () => loop.turn(term);

  /** A pod that runs on a node of its own, and is metered as running. */
  const runningPod = async (): Promise<{ uid: string; node: string; jobId: string; name: string }> => {
    jobs += 1;
    const cluster = controller.get(ClusterService, { strict: false });
    const file = {
      ...{ apiVersion: 'speedspace.io/v1', kind: 'Job' },
      metadata: { name: `job-${jobs}`, annotations: { 'sim.speedspace.io/run-time': 'forever' } },
      spec: { gpuClass: 'h800', replicas: 1, gpusPerReplica: 8, image: 'registry.park.example/train:1', maxRuntime: '2h', selfPay: true },
    };
    const { id: jobId, spec } = await database.transactions.run((tx) =>
      controller.get(JobsService, { strict: false }).submit(tx, engineer, tenantId, parseJobFile(file)),
    );
    await database.owner.query(
      `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at)
       VALUES ($1, $2, $3, 'h800', 1250, true, to_timestamp($4))`,
      [`${jobId}/1`, jobId, tenantId, now()],
    );
    const gpuClass = { code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } };
    const workload = { jobId, attempt: 1, tenant: { id: tenantId, slug: 'jiding' }, spec, gpuClass, nodes: [] };
    await cluster.ensureTenant(workload.tenant);
    await cluster.ensureJob({ ...workload, replica: { gpus: 8, cpuMillis: 2_000, memoryBytes: 2 ** 30 } });
    pass(5);
    const [pod] = await cluster.listPods({ jobId, attempt: 1 });
    const { uid, node, startedAt, name } = pod!;
    const reading = { podUid: uid, admissionId: `${jobId}/1`, gpus: 8, startedAt: startedAt!, endedAt: undefined, seenAt: startedAt! };
    await database.transactions.run((tx) => controller.get(MeteringService, { strict: false }).observe(tx, [reading], now()));
    return { uid, node: node!, jobId, name };
  };
  const known = async (uid: string): Promise<{ lastSeenAt: Instant; silent: boolean }> => {
    const [row] = await database.owner.query<{ at: Date; silent: boolean }[]>(
      `SELECT last_seen_at AS at, node_silent_since IS NOT NULL AS silent FROM usage_interval WHERE pod_uid = $1`,
      [uid],
    );
    return { lastSeenAt: instantOf(row!.at), silent: row!.silent };
  };
  const truthOf = (uid: string) => simulated.truth().find((pod) => pod.uid === uid)!;

  it('is no older than two ticks in a cluster in which nothing happens, and whose bookmarks come each minute', async () => {
    const { uid } = await runningPod();
    for (let turns = 0; turns < 4; turns += 1) {
      await turn();
      pass(TICK / 2);
    }
    for (let turns = 0; turns < 20; turns += 1) {
      expect(now() - (await known(uid)).lastSeenAt).toBeLessThanOrEqual(2 * TICK);
      await turn();
      pass(TICK / 2);
    }
  });

  it.each([20, 50, 200])('is never in the %d seconds in which its node was down, though the node is back first', async (seconds) => {
    const { uid, node } = await runningPod();
    for (let turns = 0; turns < 8; turns += 1) {
      pass(TICK / 2);
      await turn();
    }
    simulated.faults.nodeDown(node);
    for (let waited = 0; waited < seconds; waited += TICK / 2) {
      pass(TICK / 2);
      await turn();
    }
    simulated.faults.nodeUp(node);
    // The lease is renewed at once, and what became of the pod is told five seconds later.
    for (let turns = 0; turns < 10; turns += 1) {
      pass(2);
      await turn();
    }
    const { endedAt } = truthOf(uid);
    const { lastSeenAt } = await known(uid);
    expect(lastSeenAt).toBeLessThanOrEqual(endedAt!);
    expect(endedAt! - lastSeenAt).toBeLessThanOrEqual(2 * TICK);
  });

  it('stands still while the node is silent, which is told, and goes on when what ran there is known to have run on', async () => {
    const { uid, node, jobId } = await runningPod();
    for (let turns = 0; turns < 8; turns += 1) {
      pass(TICK / 2);
      await turn();
    }
    const cutOffAt = now();
    simulated.faults.nodeCutOff(node);
    for (let waited = 0; waited < 90; waited += TICK / 2) {
      pass(TICK / 2);
      await turn();
    }
    const silent = await known(uid);
    expect(silent).toMatchObject({ silent: true });
    expect(silent.lastSeenAt).toBeLessThanOrEqual(cutOffAt);
    simulated.faults.nodeUp(node);
    for (let waited = 0; waited < 100; waited += TICK / 2) {
      pass(TICK / 2);
      await turn();
    }
    const heard = await known(uid);
    expect(heard).toMatchObject({ silent: false });
    expect(heard.lastSeenAt).toBeGreaterThan(cutOffAt + 90);
    const events = await controller.get(JobsService, { strict: false }).events(database.transactions.reader, jobId);
    const told = events.filter(({ kind }) => kind.startsWith('node-'));
    expect(told.map(({ kind }) => kind)).toEqual(['node-silent', 'node-heard']);
    expect(told[0]).toMatchObject({ data: { nodes: [node] }, reason: expect.stringContaining(node) as string });
  });
});
