import { type Instant, instantOf } from '#kernel';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const TICK = 20;

/** Only the turns of this loop are taken once a pod runs. */
describe('until when pods are known to run (M3)', () => {
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ settings: { meteringTickSeconds: TICK }, turns: ['admission', 'workloads'] });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const now = (): Instant => instantOf(environment.clock.now());
  const pass = (seconds: number): void => environment.clock.advance(seconds * 1_000);
  const turn = () => environment.turn('last-seen');

  /** A pod that runs on a node of its own, and is metered as running. */
  const runningPod = async (): Promise<{ uid: string; node: string; jobId: string }> => {
    const tenantId = await environment.funds.company(100_000_000n);
    const job = await environment.submit(tenantId, 'forever', { replicas: 1, gpusPerReplica: 8, maxRuntime: '2h' });
    await environment.until(job, 'Running');
    const [pod] = environment.podsOf(job);
    return { uid: pod!.uid, node: pod!.node, jobId: job.id };
  };
  const known = async (uid: string): Promise<{ lastSeenAt: Instant; silent: boolean }> => {
    const [row] = await environment.owner.query<{ at: Date; silent: boolean }[]>(
      `SELECT last_seen_at AS at, node_silent_since IS NOT NULL AS silent FROM usage_interval WHERE pod_uid = $1`,
      [uid],
    );
    return { lastSeenAt: instantOf(row!.at), silent: row!.silent };
  };
  const truthOf = (uid: string) => environment.cluster.truth().find((pod) => pod.uid === uid)!;

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
    environment.cluster.faults.nodeDown(node);
    for (let waited = 0; waited < seconds; waited += TICK / 2) {
      pass(TICK / 2);
      await turn();
    }
    environment.cluster.faults.nodeUp(node);
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
    environment.cluster.faults.nodeCutOff(node);
    for (let waited = 0; waited < 90; waited += TICK / 2) {
      pass(TICK / 2);
      await turn();
    }
    const silent = await known(uid);
    expect(silent).toMatchObject({ silent: true });
    expect(silent.lastSeenAt).toBeLessThanOrEqual(cutOffAt);
    environment.cluster.faults.nodeUp(node);
    for (let waited = 0; waited < 100; waited += TICK / 2) {
      pass(TICK / 2);
      await turn();
    }
    const heard = await known(uid);
    expect(heard).toMatchObject({ silent: false });
    expect(heard.lastSeenAt).toBeGreaterThan(cutOffAt + 90);
    const events = await environment.events(jobId);
    const told = events.filter(({ kind }) => kind.startsWith('node-'));
    expect(told.map(({ kind }) => kind)).toEqual(['node-silent', 'node-heard']);
    expect(told[0]).toMatchObject({ data: { nodes: [node] }, reason: expect.stringContaining(node) as string });
  });
});
