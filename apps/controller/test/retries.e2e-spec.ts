import { accounts } from '#ledger';
import { ControllerWorld } from './controller-world.ts';

describe('a job that retries', () => {
  let world: ControllerWorld;
  beforeAll(async () => {
    world = await ControllerWorld.start({ settings: { meteringTickSeconds: 10 } });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('keeps what it may still use held while it waits to start again, and no other job takes it (F5)', async () => {
    const tenantId = await world.funds.company();
    const grantId = await world.funds.grant(tenantId, 1_000n, { unit: 'GPU_SECONDS' });
    const single = { replicas: 1, gpusPerReplica: 1, maxRuntime: '20m' };
    const retries = await world.submit(tenantId, '20s', { ...single, retries: 5 }, { 'sim.speedspace.io/exit-code': '1' });
    await world.until(retries, 'Running');
    const waits = await world.submit(tenantId, 'forever', single);
    // The fourth pod ended: Kubernetes waits 80 seconds before it starts the next, for several ticks.
    const ended = () => world.podsOf(retries).filter(({ endedAt }) => endedAt !== undefined);
    await world.eventually(
      () => Promise.resolve(ended()),
      (pods) => pods.length === 4,
    );
    await world.clock.wait(60_000);
    expect(world.podsOf(retries)).toHaveLength(4);
    const held = await world.funds.balance(accounts.grantHeld(grantId));
    expect(held).toBeGreaterThan(600n);
    expect(await world.job(waits.id)).toMatchObject({ state: 'Queued', attempt: 0, waiting: { reason: 'funds' } });

    await world.until(retries, 'Failed');
    expect(world.podsOf(retries)).toHaveLength(6);
    expect(await world.charged(retries)).toBe(120n);
    expect(await world.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
    expect((await world.job(waits.id)).attempt).toBe(0);
  });
});
