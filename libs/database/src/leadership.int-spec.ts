import { Leadership, LeadershipLost } from './leadership.ts';
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
    const lead = await first.campaign('metering');
    expect(lead?.term).toBe(1n);
    expect(await second.campaign('metering')).toBeUndefined();
    await lead?.resign();
    const next = await second.campaign('metering');
    expect(next?.term).toBe(2n);
    await next?.resign();
  });

  it('lets a leader of an earlier term write nothing (fencing)', async () => {
    const leadership = new Leadership(database.dataSource);
    const stale = await leadership.campaign('admission');
    await database.transactions.run((tx) => stale!.fence(tx));
    await database.owner.query(`UPDATE leadership SET term = term + 1 WHERE loop = 'admission'`);
    await expect(database.transactions.run((tx) => stale!.fence(tx))).rejects.toThrow(LeadershipLost);
    await stale?.resign();
  });
});
