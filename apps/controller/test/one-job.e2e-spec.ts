import { accounts } from '#ledger';
import { ControllerWorld, engineer } from './controller-world.ts';

describe('one job goes the whole way', () => {
  let world: ControllerWorld;

  beforeAll(async () => {
    world = await ControllerWorld.start();
  });
  afterAll(async () => {
    await world.stop();
  });

  it('charges exactly the GPU-seconds that the cluster ran, and releases every hold (M1, M4, F5)', async () => {
    const tenantId = await world.funds.company();
    const grantId = await world.funds.grant(tenantId, 1_000_000n, { unit: 'GPU_SECONDS' });
    const job = await world.submit(tenantId, '95s');
    const ended = await world.until(job, 'Succeeded', 'Failed');
    expect(ended.state).toBe('Succeeded');
    expect(world.trulyRun(job)).toBe(8n * 95n);
    expect(await world.charged(job)).toBe(world.trulyRun(job));
    expect(await world.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect(await world.funds.balance(accounts.grantAvailable(grantId))).toBe(1_000_000n - world.trulyRun(job));
  });

  it('tells the exit code of a job that fails, and charges what it ran', async () => {
    const tenantId = await world.funds.company(1_000_000n);
    const job = await world.submit(tenantId, '40s', {}, { 'sim.speedspace.io/exit-code': '3' });
    const ended = await world.until(job, 'Succeeded', 'Failed');
    expect(ended).toMatchObject({ state: 'Failed', exit: { reason: 'exit-code', exitCode: 3 } });
    expect(await world.charged(job)).toBe(world.trulyRun(job));
    expect(await world.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('stops a job gracefully before its funds end, so that nothing is absorbed (F6)', async () => {
    const tenantId = await world.funds.company();
    const grantId = await world.funds.grant(tenantId, 8n * 800n, { unit: 'GPU_SECONDS' });
    const job = await world.submit(tenantId, '20m', { checkpoint: { grace: '20s' } });
    const suspended = await world.until(job, 'Suspended');
    expect(suspended.exit?.reason).toBe('funds exhausted');
    expect(await world.charged(job)).toBe(world.trulyRun(job));
    expect(await world.funds.balance(accounts.absorbed, 'CNY')).toBe(0n);
    expect(await world.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
  });

  it('ends the pods of a cancelled job and charges them to the second', async () => {
    const tenantId = await world.funds.company(10_000_000n);
    const job = await world.submit(tenantId, '20m');
    await world.until(job, 'Running');
    await world.database.transactions.run((tx) => world.jobs.cancel(tx, engineer, job.id));
    expect((await world.until(job, 'Cancelled')).state).toBe('Cancelled');
    expect(await world.charged(job)).toBe(world.trulyRun(job));
    expect(await world.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });

  it('says why a job waits that cannot be funded now', async () => {
    const tenantId = await world.funds.company(100n);
    const job = await world.submit(tenantId);
    expect((await world.untilJob(job, ({ waiting }) => waiting !== null)).waiting?.reason).toBe('funds');
  });
});
