import { type LeaderTerm, Leadership, LeadershipLost, LeadershipSettings, Signals } from '#database';
import { TestDatabase } from '#database/testing';
import { SystemClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { LeaderLoop } from './leader-loop.ts';
import type { Turn } from './schedule.ts';

describe('a loop', () => {
  let database: TestDatabase;
  const loops: LeaderLoop[] = [];
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
    await database.drop();
  });

  /** Each call is a process of its own, as far as the election goes. */
  const start = (turn: Turn): void => {
    const trigger = { kind: 'interval', milliseconds: 50 } as const;
    const schedule = { name: 'metering', trigger, turn, turnTimeoutMs: 300 };
    const leadership = new Leadership(database.dataSource, new LeadershipSettings(1_000));
    const loop = new LeaderLoop(schedule, leadership, new Signals(database.dataSource), new SystemClock());
    loops.push(loop);
    loop.start();
  };

  it('whose turn hangs is taken over by another process, and what hangs can write and ask for nothing any more', async () => {
    const hung: LeaderTerm[] = [];
    start((term) => {
      hung.push(term);
      return new Promise(() => undefined);
    });
    await eventually(
      'the turn that hangs',
      () => hung.length,
      (seen) => seen > 0,
    );
    const others: LeaderTerm[] = [];
    start((term) => {
      others.push(term);
      return Promise.resolve(undefined);
    });
    await eventually(
      'a turn of another process',
      () => others.length,
      (seen) => seen > 0,
    );
    expect(others[0]!.number).toBeGreaterThan(hung[0]!.number);
    expect(() => hung[0]!.requireTerm()).toThrow(LeadershipLost);
    await expect(database.transactions.run((tx) => hung[0]!.fence(tx))).rejects.toThrow(LeadershipLost);
  });
});
