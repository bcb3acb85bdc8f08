import { SchedulerRegistry } from '@nestjs/schedule';
import { accounts } from '#ledger';
import { engineer } from './controller-test-environment.ts';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

/** The loops run by themselves. Their rules are tested elsewhere, by turns on a manual clock. */
describe('a controller whose loops run', () => {
  let environment: ScaledTestEnvironment;
  beforeAll(async () => {
    environment = await ScaledTestEnvironment.start({ settings: { holdHorizonSeconds: 60 } });
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('takes a job the whole way, charges exactly the GPU-seconds that the cluster ran, and releases every hold (M1, M4, F5)', async () => {
    const tenantId = await environment.funds.company();
    const grantId = await environment.funds.grant(tenantId, 1_000_000n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, '95s');
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect([environment.trulyRun(job), await environment.charged(job)]).toEqual([8n * 95n, 8n * 95n]);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.grantAvailable(grantId))).toBe(1_000_000n - 8n * 95n);
  });

  it('suspends a job whose funds run out, and resumes it by itself after a top-up, with nothing written off (F6)', async () => {
    // ¥12.50 a GPU-hour for 8 GPUs: 600 fen are 216 s, of which a stop takes up to 110.
    const tenantId = await environment.funds.company(600n);
    const job = await environment.submit(tenantId, '3m', { checkpoint: { grace: '20s', resume: 'auto' } });
    expect(await environment.until(job, 'Suspended', 'Succeeded')).toMatchObject({
      state: 'Suspended',
      exit: { reason: 'funds exhausted' },
    });
    const at = Math.floor(environment.clock.now().getTime() / 1_000);
    const topUp = { tenantId, amount: 100_000n, reference: 'bank transfer', key: 'top-up' };
    await environment.database.transactions.run((tx) => environment.funds.wallets.topUp(tx, engineer, topUp, at));
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 2 });
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('lists all its schedules in SchedulerRegistry, with the next instant of the product’s clock', () => {
    const registry = environment.get(SchedulerRegistry);
    expect([...registry.getCronJobs().keys()].sort()).toEqual(
      ['audit-head', 'lapses', 'month-end', 'reconciliation', 'reminders', 'utilisation'].sort(),
    );
    expect(registry.getIntervals().sort()).toEqual(
      [
        'admission',
        'clean-up',
        'company-status',
        'last-seen',
        'metering',
        'notifications',
        'orphans',
        'pod-events',
        'secrets',
        'tenant-spaces',
        'workloads',
      ].sort(),
    );
    const before = environment.clock.now().getTime();
    const next = registry.getCronJob('lapses').nextDate().toMillis();
    expect(next).toBeGreaterThan(before);
    expect(next - before).toBeLessThanOrEqual(60_000 + (environment.clock.now().getTime() - before));
  });
});
