import { accounts } from '#ledger';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

describe('one job goes the whole way', () => {
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ settings: { holdHorizonSeconds: 60 } });
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('charges exactly the GPU-seconds that the cluster ran, and releases every hold (M1, M4, F5)', async () => {
    const tenantId = await environment.funds.company();
    const grantId = await environment.funds.grant(tenantId, 1_000_000n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, '95s');
    const ended = await environment.until(job, 'Succeeded', 'Failed');
    expect(ended.state).toBe('Succeeded');
    expect([environment.trulyRun(job), await environment.charged(job)]).toEqual([8n * 95n, 8n * 95n]);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.grantAvailable(grantId))).toBe(1_000_000n - environment.trulyRun(job));
  });

  it('tells the exit code of a job that fails, and charges what it ran', async () => {
    const tenantId = await environment.funds.company(1_000_000n);
    const job = await environment.submit(tenantId, '40s', {}, { 'sim.speedspace.io/exit-code': '3' });
    const ended = await environment.until(job, 'Succeeded', 'Failed');
    expect(ended).toMatchObject({ state: 'Failed', exit: { reason: 'exit-code', exitCode: 3 } });
    expect([environment.trulyRun(job), await environment.charged(job)]).toEqual([8n * 40n, 8n * 40n]);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('stops a job gracefully before its funds end, so that nothing is absorbed (F6)', async () => {
    const tenantId = await environment.funds.company();
    const grantId = await environment.funds.grant(tenantId, 8n * 150n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, '20m', { checkpoint: { grace: '20s' } });
    const suspended = await environment.until(job, 'Suspended');
    expect(suspended.exit?.reason).toBe('funds exhausted');
    // 20 s of grace and 10 s of reaction before the end it gets SIGTERM, at which its pods end within a second.
    expect([environment.trulyRun(job), await environment.charged(job)]).toEqual([8n * 121n, 8n * 121n]);
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
  });

  it('ends the pods of a cancelled job and charges them to the second', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '20m');
    await environment.until(job, 'Running');
    await environment.advance(47);
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    expect((await environment.until(job, 'Cancelled')).state).toBe('Cancelled');
    expect([environment.trulyRun(job), await environment.charged(job)]).toEqual([8n * 48n, 8n * 48n]);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('suspends a job when a person asks, charges it to the second, and waits for a person to resume it', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const grantId = await environment.funds.grant(tenantId, 8n * 40n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'auto' } });
    await environment.until(job, 'Running');
    await environment.advance(47);
    const act = async (action: 'suspend' | 'resume') =>
      await environment.database.transactions.run((tx) => environment.jobs[action](tx, engineer, job.id));
    expect(await act('suspend')).toMatchObject({ state: 'Suspending', stopReason: 'by a person' });
    const suspended = await environment.until(job, 'Suspended');
    expect(suspended).toMatchObject({ stopReason: 'by a person', exit: { reason: 'by a person' } });
    // SIGTERM ends its pods within a second.
    expect([environment.trulyRun(job), await environment.charged(job)]).toEqual([8n * 48n, 8n * 48n]);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.grantAvailable(grantId))).toBe(0n);
    // Eight GPUs for eight seconds at ¥12.50 an hour.
    expect(await environment.funds.balance(accounts.walletAvailable(tenantId))).toBe(10_000_000n - 22n);

    // It has funds and resumes by itself after an exhaustion, but not after a person's wish.
    await environment.advance(60);
    expect((await environment.job(job.id)).state).toBe('Suspended');
    await act('resume');
    expect(await environment.until(job, 'Running')).toMatchObject({ attempt: 2, stopReason: null });
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    await environment.until(job, 'Cancelled');
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('ends a suspension as soon as it is asked for while the job has no pods yet, uncharged', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '20m');
    await environment.until(job, 'Admitted', 'Starting');
    await environment.database.transactions.run((tx) => environment.jobs.suspend(tx, engineer, job.id));
    await environment.until(job, 'Suspended');
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('says why a job waits that cannot be funded now', async () => {
    const tenantId = await environment.funds.company(100n);
    const job = await environment.submit(tenantId);
    expect((await environment.untilJob(job, ({ waiting }) => waiting !== null)).waiting?.reason).toBe('funds');
  });
});
