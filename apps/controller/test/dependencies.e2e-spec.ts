import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

describe('a job that waits for others', () => {
  let environment: ManualTestEnvironment;
  let tenantId: string;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start();
    tenantId = await environment.funds.company(1_000_000n);
  });
  afterAll(async () => {
    await environment.stop();
  });

  const single = { replicas: 1, gpusPerReplica: 1, maxRuntime: '10m' };
  const submit = (runTime: string, after: object[] = [], exitCode = '0'): Promise<Job> =>
    environment.submit(tenantId, runTime, { ...single, ...(after.length > 0 && { after }) }, { 'sim.speedspace.io/exit-code': exitCode });

  it('holds nothing and says for whom it waits, and starts as soon as they have ended as it needs', async () => {
    const first = await submit('60s');
    const second = await submit('30s', [{ job: first.id }]);
    await environment.until(first, 'Running');
    const held = await environment.funds.balance(accounts.walletHeld(tenantId));
    const waiting = await environment.untilJob(second, (job) => job.waiting !== null);
    expect(waiting.waiting).toMatchObject({
      reason: 'dependency',
      detail: expect.stringMatching(new RegExp(`^It waits for the success of sft-7b \\(${first.id}, \\w+\\)\\.$`)) as string,
      reasons: [{ code: 'dependency', facts: { jobs: first.id } }],
      expectedStart: null,
    });
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(held);
    await environment.until(second, 'Succeeded');
    const [ended, began] = [await environment.job(first.id), await environment.job(second.id)];
    expect(began.admittedAt!.getTime()).toBeGreaterThanOrEqual(ended.endedAt!.getTime());
    expect(await environment.charged(second)).toBe(30n);
  });

  it('is cancelled with all that wait for it when the success that it needs cannot come, unless an end is enough', async () => {
    const first = await submit('20s', [], '1');
    const second = await submit('20s', [{ job: first.id, on: 'success' }]);
    const third = await submit('20s', [{ job: second.id, on: 'success' }]);
    const anyway = await submit('20s', [{ job: first.id, on: 'end' }]);
    const cancelled = await environment.until(second, 'Cancelled');
    const detail = `It needed the success of sft-7b (${first.id}), which ended as Failed.`;
    expect(cancelled).toMatchObject({ attempt: 0, exit: { reason: 'dependency-failed', detail } });
    await environment.until(third, 'Cancelled');
    await environment.until(anyway, 'Succeeded');
    expect(await environment.charged(third)).toBe(0n);
  });

  it('is refused where a name means nothing, and means the newest job of a name of its own company', async () => {
    await expect(submit('20s', [{ job: 'no-such-job' }])).rejects.toMatchObject({ code: 'job.unknown-dependency' });
    const elsewhere = await environment.submit(await environment.funds.company(1_000_000n), '20s', single);
    await expect(submit('20s', [{ job: elsewhere.id }])).rejects.toMatchObject({
      code: 'job.unknown-dependency',
      faults: [{ field: '/spec/after/0/job' }],
    });
    const newest = await submit('40s');
    const named = await submit('20s', [{ job: 'sft-7b' }]);
    const { waiting } = await environment.untilJob(named, (job) => job.waiting !== null);
    expect(waiting?.reasons[0]?.facts).toEqual({ jobs: newest.id });
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, newest.id));
    await environment.until(named, 'Cancelled');
    await expect(submit('20s', [{ job: newest.id }])).rejects.toMatchObject({ code: 'job.dependency-failed' });
  });
});
