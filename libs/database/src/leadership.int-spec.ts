import { Leadership, LeadershipLost, LeadershipSettings } from './leadership.ts';
import { TestDatabase } from './testing/index.ts';

describe('leadership', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it('gives a loop to one of two, and to the other when the first resigns', async () => {
    const first = new Leadership(database.dataSource);
    const second = new Leadership(database.dataSource);
    const term = await first.tryAcquire('metering');
    expect(term?.number).toBe(1n);
    expect(await second.tryAcquire('metering')).toBeUndefined();
    await term?.release();
    const next = await second.tryAcquire('metering');
    expect(next?.number).toBe(2n);
    await next?.release();
  });

  it('lets a leader of an earlier term write nothing (fencing)', async () => {
    const leadership = new Leadership(database.dataSource);
    const stale = await leadership.tryAcquire('admission');
    await database.transactions.run((tx) => stale!.fence(tx));
    await database.owner.query(`UPDATE leadership SET term = term + 1 WHERE loop = 'admission'`);
    await expect(database.transactions.run((tx) => stale!.fence(tx))).rejects.toThrow(LeadershipLost);
    await stale?.release();
  });

  it('ends the term of a leader that was silent for its lease, though its connection stands', async () => {
    const lease = new LeadershipSettings(200);
    const paused = await new Leadership(database.dataSource, lease).tryAcquire('lapses');
    paused!.requireTerm();
    // Nothing of this process runs for a while, as when it is stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    // It knows by itself, before it has heard of anything.
    expect(() => paused!.requireTerm()).toThrow(LeadershipLost);
    const next = await new Leadership(database.dataSource, lease).tryAcquire('lapses');
    expect(next?.number).toBe(2n);
    await expect(database.transactions.run((tx) => paused!.fence(tx))).rejects.toThrow(LeadershipLost);
    await next?.release();
  });

  it('keeps a leader that gives signs of life past its lease', async () => {
    const leadership = new Leadership(database.dataSource, new LeadershipSettings(200));
    const term = await leadership.tryAcquire('metering');
    await new Promise((resolve) => setTimeout(resolve, 600));
    term!.requireTerm();
    await database.transactions.run((tx) => term!.fence(tx));
    await term?.release();
    expect(() => term!.requireTerm()).toThrow(LeadershipLost);
  });
});
