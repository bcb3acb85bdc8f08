import { setTimeout as sleep } from 'node:timers/promises';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { type JournalEntry, LedgerService, accounts, transfer } from './index.ts';

const AT = 1_790_000_000;
const topUp = (key: string, effectiveAt = AT): JournalEntry => ({
  key,
  kind: 'wallet.topped-up',
  effectiveAt,
  postings: transfer({ from: accounts.external, to: 'wallet:t1:available', unit: 'CNY', amount: 100n }),
});
const ENTRY = `INSERT INTO ledger_entry (id, effective_at, kind, key) VALUES`;
const POSTING = `INSERT INTO ledger_posting (entry_id, effective_at, kind, ordinal, account_id, unit, amount)`;

describe('the guards of the ledger', () => {
  let database: TestDatabase;
  let reader: Tx;
  const ledger = new LedgerService();
  beforeAll(async () => {
    database = await TestDatabase.create();
    reader = database.transactions.reader;
    await ledger.openAccounts(reader, [{ code: 'wallet:t1:available', unit: 'CNY', tenantId: 't1' }]);
    await ledger.post(reader, [topUp('first')]);
  });
  afterAll(async () => {
    await database.drop();
  });

  /** Waits until `count` connections wait for a lock. */
  const lockWaiters = async (count: number): Promise<void> => {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const seen = await database.owner.query<unknown[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (seen.length === count) return;
      if (Date.now() > deadline) throw new Error(`${seen.length} connections wait for a lock, expected ${count}`);
      await sleep(10);
    }
  };

  it.each([
    "INSERT INTO ledger_account (code, unit, guarded) VALUES ('x', 'CNY', false)",
    'UPDATE ledger_account SET balance = 7',
    'DELETE FROM ledger_account',
    `${ENTRY} (99, now(), 'adjustment', 'x')`,
    "UPDATE ledger_entry SET reason = 'x'",
    'DELETE FROM ledger_entry',
    'TRUNCATE ledger_entry',
    `${POSTING} SELECT 1, now(), 'adjustment', 5, 1, 'CNY', 0`,
    'UPDATE ledger_posting SET amount = 7',
    'DELETE FROM ledger_posting',
    'TRUNCATE ledger_posting',
    "INSERT INTO ledger_daily_sum VALUES (0, 0, 0, 0, 0, 1, '2020-01-01', 'adjustment')",
    'UPDATE ledger_daily_sum SET amount = 7',
    'DELETE FROM ledger_daily_sum',
    "INSERT INTO ledger_closed_period VALUES ('2020-01-01', '2020-02-01')",
    'DELETE FROM ledger_closed_period',
    "SELECT nextval('ledger_entry_id_seq')",
    "SELECT ledger_refuse_overdraft('{}', '{}', '{}', '{}', '{}')",
    'ALTER TABLE ledger_entry DISABLE TRIGGER ALL',
  ])("keeps the application's role from: %s", async (sql) => {
    await expect(reader.query(sql)).rejects.toMatchObject({ driverError: { code: '42501' } });
  });

  it.each([
    "UPDATE ledger_entry SET reason = 'x'",
    'DELETE FROM ledger_entry',
    'TRUNCATE ledger_entry, ledger_posting',
    'UPDATE ledger_posting SET amount = amount',
    'DELETE FROM ledger_posting',
    'TRUNCATE ledger_posting',
    'UPDATE ledger_account SET balance = 7',
    "UPDATE ledger_account SET unit = 'GPU_SECONDS'",
    'DELETE FROM ledger_account',
    'TRUNCATE ledger_account',
    "INSERT INTO ledger_account (code, unit, guarded, balance) VALUES ('x', 'CNY', false, 5)",
    "INSERT INTO ledger_account (code, unit, guarded) VALUES ('wallet:t2:available', 'CNY', false)",
    "INSERT INTO ledger_daily_sum VALUES (0, 0, 0, 0, 0, 1, '2020-01-01', 'adjustment')",
    'UPDATE ledger_daily_sum SET amount = 7',
    'DELETE FROM ledger_daily_sum',
    'TRUNCATE ledger_daily_sum',
    'DELETE FROM ledger_closed_period',
  ])('keeps even the owner from: %s (L2, L5)', async (sql) => {
    await expect(database.owner.query(sql)).rejects.toMatchObject({ driverError: { code: 'SL009' } });
  });

  const byHand = (entry: string, postings: string): string =>
    `WITH entry AS (${ENTRY} ${entry}) ${POSTING} SELECT ${postings} FROM ledger_account a WHERE a.code IN ('external', 'absorbed') AND a.unit = 'CNY'`;
  const SOUND = "99, to_timestamp(5), 'adjustment', CASE a.code WHEN 'external' THEN 0 ELSE 1 END, a.id, 'CNY'";
  const SIDE = "CASE a.code WHEN 'external' THEN -5 ELSE 5 END";

  it.each([
    ['an entry without postings', `${ENTRY} (99, now(), 'adjustment', 'x')`, 'SL002'],
    [
      'postings without an entry',
      `${POSTING} SELECT ${SOUND}, ${SIDE} FROM ledger_account a WHERE a.code IN ('external', 'absorbed') AND a.unit = 'CNY'`,
      'SL007',
    ],
    ['an entry that does not balance', byHand("(99, to_timestamp(5), 'adjustment', 'x')", `${SOUND}, 5`), 'SL001'],
    ['postings of another instant than their entry', byHand("(99, to_timestamp(6), 'adjustment', 'x')", `${SOUND}, ${SIDE}`), 'SL007'],
    ['postings of another kind than their entry', byHand("(99, to_timestamp(5), 'grant.opened', 'x')", `${SOUND}, ${SIDE}`), 'SL007'],
    [
      'postings in another unit than their account',
      byHand("(99, to_timestamp(5), 'adjustment', 'x')", `${SOUND.replace("'CNY'", "'GPU_SECONDS'")}, ${SIDE}`),
      'SL005',
    ],
    [
      'postings numbered with a gap',
      byHand("(99, to_timestamp(5), 'adjustment', 'x')", `${SOUND.replace('ELSE 1', 'ELSE 2')}, ${SIDE}`),
      'SL007',
    ],
    [
      'postings numbered below zero',
      byHand("(99, to_timestamp(5), 'adjustment', 'x')", `${SOUND.replace('THEN 0', 'THEN -1')}, ${SIDE}`),
      'SL007',
    ],
    [
      'more postings to an entry that stands',
      `${POSTING} SELECT 1, e.effective_at, e.kind, 1 + a.id % 2, a.id, 'CNY', 0 FROM ledger_entry e, ledger_account a WHERE e.id = 1 AND a.code IN ('external', 'absorbed') AND a.unit = 'CNY'`,
      '23505',
    ],
    [
      'an overdraft',
      byHand("(99, to_timestamp(5), 'adjustment', 'x')", `${SOUND}, ${SIDE}`)
        .replaceAll("'absorbed'", "'wallet:t1:available'")
        .replace('THEN -5 ELSE 5', 'THEN 500 ELSE -500'),
      '23514',
    ],
    [
      'a month that is none',
      byHand("(99, to_timestamp(5), 'adjustment', 'x')", `${SOUND}, ${SIDE}`)
        .replace('kind, key)', 'kind, key, belongs_to)')
        .replace("'x')", "'x', '2026-13')"),
      'SL007',
    ],
  ])('keeps the owner from writing %s by hand', async (_, sql, code) => {
    await expect(database.owner.query(sql)).rejects.toMatchObject({ driverError: { code } });
  });

  it('keeps the balance when the owner writes a sound entry by hand (L5)', async () => {
    const external = async (): Promise<bigint | undefined> => (await ledger.balances(reader, ['absorbed'], 'CNY')).get('absorbed');
    const before = await external();
    await database.owner.query(byHand("(99, to_timestamp(5), 'adjustment', 'by hand')", `${SOUND}, ${SIDE}`));
    expect(await external()).toBe(before! + 5n);
  });

  describe('closed periods (T3)', () => {
    const FROM = AT + 10_000;
    const UNTIL = AT + 20_000;

    it('closes no period while entries take effect before it in an open one, not even by hand', async () => {
      await ledger.post(reader, [topUp('opens the books', FROM)]);
      const close = (from: number, until: number) => database.transactions.run((tx) => ledger.closePeriod(tx, from, until));
      await expect(close(UNTIL, UNTIL + 10_000)).rejects.toMatchObject({ code: 'ledger.period-before-open', kind: 'conflict' });
      const byOwner = `INSERT INTO ledger_closed_period VALUES (to_timestamp(${UNTIL}), to_timestamp(${UNTIL + 10_000}))`;
      await expect(database.owner.query(byOwner)).rejects.toMatchObject({ driverError: { code: 'SL010' } });
    });

    it('takes no entry within a closed period or before the first one, and from its end on as ever', async () => {
      await database.transactions.run((tx) => ledger.closePeriod(tx, 0, FROM));
      await database.transactions.run((tx) => ledger.closePeriod(tx, FROM, UNTIL));
      await ledger.post(reader, [topUp('after', UNTIL)]);
      for (const inside of [FROM - 1, FROM, UNTIL - 1]) {
        await expect(ledger.post(reader, [topUp('outside', UNTIL + 1), topUp('inside', inside)])).rejects.toMatchObject({
          code: 'ledger.period-closed',
          kind: 'conflict',
          field: '/entries/1/effectiveAt',
        });
      }
    });

    it('closes the same period again as a matter of course, but none that overlaps', async () => {
      await database.transactions.run((tx) => ledger.closePeriod(tx, FROM, UNTIL));
      await expect(database.transactions.run((tx) => ledger.closePeriod(tx, FROM, UNTIL + 1))).rejects.toMatchObject({
        code: 'ledger.period-overlaps',
      });
    });

    it('still takes an old entry again as the no-op it is', async () => {
      await ledger.post(reader, [topUp('early', UNTIL)]);
      await database.transactions.run((tx) => ledger.closePeriod(tx, UNTIL, AT + 40_000));
      expect(await ledger.post(reader, [topUp('early', UNTIL)])).toMatchObject([{ repeated: true }]);
    });

    it('waits for the entries in flight, and turns away those that come after it', async () => {
      const [from, until] = [AT + 40_000, AT + 60_000];
      const order: string[] = [];
      const [posted, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      const inFlight = database.transactions.run(async (tx) => {
        await ledger.post(tx, [topUp('in flight', from)]);
        posted.resolve(undefined);
        await released.promise;
        order.push('posted');
      });
      await posted.promise;
      const closing = database.transactions.run(async (tx) => {
        await ledger.closePeriod(tx, from, until);
        order.push('closed');
      });
      await lockWaiters(1);
      const late = expect(ledger.post(reader, [topUp('late', from)])).rejects.toMatchObject({ code: 'ledger.period-closed' });
      await lockWaiters(2);
      released.resolve(undefined);
      await Promise.all([inFlight, closing, late]);
      expect(order).toEqual(['posted', 'closed']);
    });
  });
});
