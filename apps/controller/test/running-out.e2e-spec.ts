import { jest } from '@jest/globals';
import { stopSeconds } from '#funding';
import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { MeteringService } from '#metering';
import { ControllerSettings } from '../src/index.ts';
import { ControllerTestEnvironment, engineer } from './controller-test-environment.ts';

const AUTO = { checkpoint: { grace: '20s', resume: 'auto' } };
const BY_HAND = { checkpoint: { grace: '20s', resume: 'manual' } };

describe('a job whose funds run out', () => {
  let environment: ControllerTestEnvironment;

  beforeAll(async () => {
    environment = await ControllerTestEnvironment.start({ settings: { meteringTickSeconds: 10, holdHorizonSeconds: 60 } });
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
  const attempts = (job: Job) => new Set(environment.podsOf(job).map(({ labels }) => labels['speedspace.io/attempt']));

  it('is warned of, shows when it will be stopped, and resumes by itself after a top-up, with nothing absorbed (F6)', async () => {
    // ¥12.50 a GPU-hour for 8 GPUs: 600 fen are 216 s.
    const tenantId = await environment.funds.company(600n);
    const job = await environment.submit(tenantId, '4m', AUTO);
    const warned = await environment.untilJob(job, ({ warnedSeconds }) => warnedSeconds === 3_600);
    expect(warned.exhaustsAt).not.toBeNull();
    const suspended = await environment.until(job, 'Suspended');
    expect(suspended.exit?.reason).toBe('funds exhausted');
    expect(await warnings(job)).toEqual([3_600, 0]);
    await topUp(tenantId, 100_000n);
    const ended = await environment.until(job, 'Succeeded', 'Failed');
    expect(ended).toMatchObject({ state: 'Succeeded', attempt: 2 });
    expect(attempts(job)).toEqual(new Set(['1', '2']));
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
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });

  it('undoes no charge of others when it is cancelled in the middle of the tick that would stop it (F6, M4)', async () => {
    const [poor, rich] = [await environment.funds.company(600n), await environment.funds.company(10_000_000n)];
    const other = await environment.submit(rich, '20m');
    await environment.until(other, 'Running');
    // Its funds last for seven seconds of a machine at rest: its ticks are looked at from the first.
    const cancelled = await environment.submit(poor, '20m', AUTO);
    const metering = environment.get(MeteringService);
    const tick = metering.tick.bind(metering);
    const stopping = BigInt(stopSeconds(cancelled.graceSeconds, environment.get(ControllerSettings)));
    let chargedByThen: bigint | undefined;
    const tickSpy = jest.spyOn(metering, 'tick').mockImplementation(async (...given) => {
      // What that tick wrote must stand by itself: no later one makes up for it.
      if (chargedByThen !== undefined) throw new Error('no tick after the one that is looked at');
      const results = await tick(...given);
      const [own, others] = [cancelled, other].map(({ id }) => results.find(({ jobId }) => jobId === id));
      if (own !== undefined && others !== undefined && own.heldGpuSeconds <= 8n * stopping) {
        await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, cancelled.id));
        chargedByThen = others.gpuSeconds;
      }
      return results;
    });
    await environment.eventually(
      () => Promise.resolve(chargedByThen),
      (charged) => charged !== undefined,
    );
    await environment.eventually(
      () => environment.charged(other),
      (charged) => charged === chargedByThen,
    );
    tickSpy.mockRestore();
    await environment.until(cancelled, 'Cancelled');
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
    await environment.funds.grant(tenantId, 8n * 3_600n, { unit: 'GPU_SECONDS', until: environment.funds.start + 80 * 86_400 });
    // Another job is admitted on the new grant: the admission loop has seen it and left the suspended job alone.
    const other = await environment.submit(tenantId, '5s', { selfPay: false });
    await environment.until(other, 'Succeeded');
    expect(await environment.job(job.id)).toMatchObject({ state: 'Suspended' });
    await environment.database.transactions.run((tx) => environment.jobs.resume(tx, engineer, job.id));
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 2 });
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
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
    // Twice the GPUs for as long: the seconds differ by no more than what stops and starts take.
    const [largeSeconds, smallSeconds] = [Number(ofLarge) / 8, Number(ofSmall) / 4];
    expect(Math.abs(largeSeconds - smallSeconds)).toBeLessThan(40);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await environment.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
  });
});
