import { spyOn } from 'jest-mock';
import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { MeteringService } from '#metering';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const AUTO = { checkpoint: { grace: '20s', resume: 'auto' } };
const BY_HAND = { checkpoint: { grace: '20s', resume: 'manual' } };

/** 600 fen are 216 s of 8 GPUs at ¥12.50 a GPU-hour, and a stop takes 20 s of grace and 10 s of reaction. */
const STOPPED_AFTER = 186;

describe('a job whose funds run out', () => {
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ settings: { meteringTickSeconds: 30, holdHorizonSeconds: 60 } });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const topUp = async (tenantId: string, amount: bigint) => {
    const input = { tenantId, amount, reference: 'bank transfer', key: `top-up ${amount}` };
    await environment.database.transactions.run((tx) =>
      environment.funds.wallets.topUp(tx, engineer, input, Math.floor(environment.clock.now().getTime() / 1_000)),
    );
  };
  const warnings = async (job: Job) =>
    (await environment.events(job.id)).filter(({ kind }) => kind === 'funds-warning').map(({ data }) => data?.distanceSeconds);
  const stopRequestedAt = async (job: Job) => (await environment.events(job.id)).find(({ kind }) => kind === 'stop-requested')?.at ?? null;
  const secondsRun = ({ startedAt }: Job, at: Date | null) => (at!.getTime() - startedAt!.getTime()) / 1_000;
  const attempts = (job: Job) => new Set(environment.podsOf(job).map(({ labels }) => labels['speedspace.io/attempt']));

  it('is warned of, shows when it will be stopped, and resumes by itself after a top-up, with nothing absorbed (F6)', async () => {
    // ¥12.50 a GPU-hour for 8 GPUs: 600 fen are 216 s.
    const tenantId = await environment.funds.company(600n);
    const job = await environment.submit(tenantId, '4m', AUTO);
    const warned = await environment.untilJob(job, ({ warnedSeconds }) => warnedSeconds === 3_600);
    expect(secondsRun(warned, warned.exhaustsAt)).toBe(STOPPED_AFTER);
    const suspended = await environment.until(job, 'Suspended');
    expect(suspended.exit?.reason).toBe('funds exhausted');
    expect(secondsRun(warned, await stopRequestedAt(job))).toBe(STOPPED_AFTER);
    // SIGTERM ends its pods within a second.
    expect(await environment.charged(job)).toBe(8n * 187n);
    expect(await warnings(job)).toEqual([3_600, 0]);
    await topUp(tenantId, 100_000n);
    const ended = await environment.until(job, 'Succeeded', 'Failed');
    expect(ended).toMatchObject({ state: 'Succeeded', attempt: 2 });
    expect(attempts(job)).toEqual(new Set(['1', '2']));
    expect(await environment.charged(job)).toBe(8n * (187n + 240n));
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('runs on without a stop when it is topped up in time, and its warning is taken back (F6)', async () => {
    const tenantId = await environment.funds.company(600n);
    const job = await environment.submit(tenantId, '4m', AUTO);
    await environment.untilJob(job, ({ warnedSeconds }) => warnedSeconds !== null);
    await topUp(tenantId, 1_000_000n);
    expect(await environment.untilJob(job, ({ warnedSeconds }) => warnedSeconds === null)).toMatchObject({
      state: 'Running',
      exhaustsAt: null,
    });
    expect(await environment.until(job, 'Succeeded', 'Failed', 'Suspended')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect(await environment.charged(job)).toBe(8n * 240n);
  });

  it('undoes no charge of others when it is cancelled in the middle of the tick that would stop it (F6, M4)', async () => {
    const [poor, rich] = [await environment.funds.company(600n), await environment.funds.company(10_000_000n)];
    const other = await environment.submit(rich, '20m');
    const cancelled = await environment.submit(poor, '20m', AUTO);
    await environment.until(other, 'Running');
    await environment.until(cancelled, 'Running');
    await environment.advance(STOPPED_AFTER - 1);
    expect(await environment.job(cancelled.id)).toMatchObject({ state: 'Running', stopReason: null });
    environment.clock.advance(1_000);
    const metering = environment.get(MeteringService);
    const tick = metering.tick.bind(metering);
    const tickSpy = spyOn(metering, 'tick').mockImplementationOnce(async (...given) => {
      const results = await tick(...given);
      expect(results.map(({ jobId }) => jobId).sort()).toEqual([cancelled.id, other.id].sort());
      await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, cancelled.id));
      return results;
    });
    await environment.turn('metering');
    expect(tickSpy).toHaveBeenCalledTimes(1);
    tickSpy.mockRestore();
    expect(await environment.charged(other)).toBe(8n * BigInt(STOPPED_AFTER));
    await environment.until(cancelled, 'Cancelled');
    expect((await environment.events(cancelled.id)).map(({ kind }) => kind)).not.toContain('stop-requested');
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, other.id));
    await environment.until(other, 'Cancelled');
    expect([await environment.charged(cancelled), await environment.charged(other)]).toEqual([
      environment.trulyRun(cancelled),
      environment.trulyRun(other),
    ]);
  });

  it('waits for a hand where it asked for one, whatever arrives (F6)', async () => {
    const tenantId = await environment.funds.company();
    await environment.funds.grant(tenantId, 8n * 180n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, '4m', { ...BY_HAND, selfPay: false });
    await environment.until(job, 'Suspended');
    expect(await environment.charged(job)).toBe(8n * 151n);
    await environment.funds.grant(tenantId, 8n * 3_600n, { unit: 'GPU_SECONDS', until: environment.funds.start + 80 * 86_400 });
    // Another job is admitted on the new grant: the admission loop has seen it and left the suspended job alone.
    const other = await environment.submit(tenantId, '5s', { selfPay: false });
    await environment.until(other, 'Succeeded');
    expect(await environment.job(job.id)).toMatchObject({ state: 'Suspended' });
    await environment.database.transactions.run((tx) => environment.jobs.resume(tx, engineer, job.id));
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 2 });
    expect(await environment.charged(job)).toBe(8n * (151n + 240n));
  });

  it('shares the last of a grant with another by the second and by GPU, whoever came first (F5, F6)', async () => {
    const tenantId = await environment.funds.company();
    const grantId = await environment.funds.grant(tenantId, 12n * 220n, { unit: 'GPU_SECONDS' });
    const runTime = '15m';
    const large = await environment.submit(tenantId, runTime, { ...BY_HAND, selfPay: false });
    const small = await environment.submit(tenantId, runTime, { ...BY_HAND, gpusPerReplica: 2, selfPay: false });
    const stopped = [await environment.until(large, 'Suspended'), await environment.until(small, 'Suspended')];
    expect(stopped.map(({ exit }) => exit?.reason)).toEqual(['funds exhausted', 'funds exhausted']);
    const [ofLarge, ofSmall] = [await environment.charged(large), await environment.charged(small)];
    expect([ofLarge, ofSmall]).toEqual([environment.trulyRun(large), environment.trulyRun(small)]);
    expect([ofLarge, ofSmall]).toEqual([8n * 191n, 4n * 191n]);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
  });
});
