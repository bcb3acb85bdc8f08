import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource } from 'typeorm';
import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { PodCache } from '../src/pod-cache.ts';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const ONE_GPU = { replicas: 1, gpusPerReplica: 1 };
const AUTO = { ...ONE_GPU, checkpoint: { grace: '20s', resume: 'auto' } };

describe('the work of an admission turn', () => {
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({
      // The queue is published before the statements are counted.
      settings: { meteringTickSeconds: 30, holdHorizonSeconds: 60, publicationSeconds: 3_600 },
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const withinTurn = new AsyncLocalStorage<true>();
  /** SQL statements of one turn of the admission, without those of what runs at the same time. */
  const statementsOfTurn = async (): Promise<number> => {
    let statements = 0;
    const { subscribers } = environment.get(DataSource);
    const counter = { beforeQuery: (): void => void (statements += withinTurn.getStore() === true ? 1 : 0) };
    subscribers.push(counter);
    try {
      await withinTurn.run(true, () => environment.turn('admission'));
      expect(statements).toBeGreaterThan(0);
    } finally {
      subscribers.splice(subscribers.indexOf(counter), 1);
    }
    return statements;
  };
  const submitMany = async (tenantId: string, count: number, spec: object = ONE_GPU): Promise<Job[]> => {
    const jobs: Job[] = [];
    for (let n = 0; n < count; n += 1) jobs.push(await environment.submit(tenantId, '20m', spec));
    return jobs;
  };
  const present = async (jobs: readonly Job[]): Promise<Job[]> => await Promise.all(jobs.map(({ id }) => environment.job(id)));
  const cancelAll = async (jobs: readonly Job[]): Promise<void> => {
    for (const { id } of jobs) await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, id));
    await environment.eventually(
      async () => (await present(jobs)).map(({ state }) => state),
      (states) => states.every((state) => state === 'Cancelled'),
    );
  };
  const topUp = async (tenantId: string, amount: bigint): Promise<void> => {
    const at = Math.floor(environment.clock.now().getTime() / 1_000);
    const input = { tenantId, amount, reference: 'bank transfer', key: `${tenantId} ${amount} ${at}` };
    await environment.database.transactions.run((tx) => environment.funds.wallets.topUp(tx, engineer, input, at));
  };

  it('that follows a submission to an idle cluster is all it takes to create its pods, and asks the API server for no list (S2)', async () => {
    const lists = (): number =>
      environment.cluster
        .requests()
        .filter(({ verb }) => verb === 'list')
        .reduce((sum, { count }) => sum + count, 0);
    const tenantId = await environment.funds.company(10_000_000n);
    await environment.settle();
    const [job] = await submitMany(tenantId, 1);
    const listed = lists();
    await environment.turn('admission');
    await environment.turn('workloads');
    expect(await environment.job(job!.id)).toMatchObject({ state: 'Starting' });
    // The cluster creates the pod by itself, and the next turn sends it to its node.
    await environment.turn('workloads');
    expect(environment.get(PodCache).all()).toMatchObject([{ jobId: job!.id, gated: false }]);
    expect(environment.clock.now()).toEqual(job!.submittedAt);
    expect(lists()).toBe(listed);
    await cancelAll([job!]);
  });

  it('does not grow with the suspended jobs: a small top-up brings back the one job it is enough for (F6)', async () => {
    const counted: number[] = [];
    for (const count of [3, 20]) {
      // A minute of one GPU, its grace and the reaction to its end: 32 fen are held for each job.
      const tenantId = await environment.funds.company(40n * BigInt(count));
      const jobs = await submitMany(tenantId, count, AUTO);
      await environment.eventually(
        async () => (await present(jobs)).map(({ state }) => state),
        (states) => states.every((state) => state === 'Suspended'),
      );
      await environment.turn('admission');
      await topUp(tenantId, 40n - (await environment.funds.balance(accounts.walletAvailable(tenantId))));
      counted.push(await statementsOfTurn());
      const states = (await present(jobs)).map(({ state }) => state);
      expect(states.filter((state) => state === 'Admitted')).toHaveLength(1);
      expect(states.filter((state) => state === 'Suspended')).toHaveLength(count - 1);
      await cancelAll(jobs);
    }
    expect(counted[1]).toBe(counted[0]);
  });

  it('does not grow with the jobs of a company without funds, and asks for them again only when money arrives (F5)', async () => {
    const counted: { first: number; next: number }[] = [];
    for (const count of [2, 80]) {
      const tenantId = await environment.funds.company(1n);
      const jobs = await submitMany(tenantId, count);
      await environment.turn('admission');
      await cancelAll(jobs);
      const again = await submitMany(tenantId, count);
      const first = await statementsOfTurn();
      expect(new Set((await present(again)).map(({ waiting }) => waiting?.reason))).toEqual(new Set(['funds']));
      counted.push({ first, next: await statementsOfTurn() });
      await topUp(tenantId, 40n);
      await environment.turn('admission');
      expect((await present(again)).filter(({ state }) => state === 'Admitted')).toHaveLength(1);
      await cancelAll(again);
    }
    expect(counted[1]).toEqual(counted[0]);
    expect(counted[0]!.next).toBeLessThan(counted[0]!.first);
  });

  it('writes the reason of a waiting job once, as long as it stays the same (S6)', async () => {
    const tenantId = await environment.funds.company(100_000_000n);
    const blocker = await environment.submit(tenantId, '20m', { replicas: 4, gpusPerReplica: 8 });
    await environment.until(blocker, 'Running');
    const waiting = await submitMany(tenantId, 30);
    const first = await statementsOfTurn();
    expect(new Set((await present(waiting)).map(({ waiting: told }) => told?.reason))).toEqual(new Set(['capacity']));
    const next = await statementsOfTurn();
    expect(next).toBeLessThan(first);
    await cancelAll([...waiting, blocker]);
  });
});
