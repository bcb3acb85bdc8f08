import fc from 'fast-check';
import { inTenantScope } from '#database';
import { TestDatabase } from '#database/testing';
import { startOfLedgerDay, toDate } from '#kernel';
import { accounts, type EntryKind, type JournalEntry, JournalService, LedgerPeriodsService, LedgerService, type Posting } from './index.ts';
import { ledgerFaults } from './testing/index.ts';

const DAY = 86_400;
/** Midnight UTC+8, where a day of the ledger begins. */
const MIDNIGHT = Date.UTC(2026, 9, 31, 16) / 1000;
const WALLET = accounts.walletAvailable('t1');
const GRANT = accounts.grantHeld('g1');
const OTHER = accounts.grantHeld('g2');
const CODES = [WALLET, GRANT, OTHER];
const KINDS: readonly EntryKind[] = ['usage.metered', 'usage.corrected', 'adjustment'];

/** Instants around a few midnights of the ledger, often right at one. */
const instant = fc
  .record({ day: fc.integer({ min: 0, max: 3 }), second: fc.constantFrom(-1, 0, 1, 3_600, 40_000, DAY - 1) })
  .map(({ day, second }) => MIDNIGHT + day * DAY + second);
/** What one source pays for some seconds, and what the wallet pays beside it. */
const step = fc
  .record({
    account: fc.constantFrom(...CODES),
    amount: fc.bigInt(0n, 50n),
    gpuSeconds: fc.bigInt(1n, 9n),
    beside: fc.bigInt(0n, 20n),
    sign: fc.constantFrom(1n, -1n),
  })
  .map(({ account, amount, gpuSeconds, beside, sign }): Posting[] => {
    const own: Posting = { account, unit: 'CNY', amount: -sign * amount, gpuSeconds: sign * gpuSeconds, listFen: sign * amount };
    if (beside === 0n || account === WALLET) return [own];
    return [own, { account: WALLET, unit: 'CNY', amount: -sign * beside, gpuSeconds: 0n, listFen: sign * beside }];
  });
const fact = fc.record({
  at: instant,
  kind: fc.constantFrom(...KINDS),
  paying: fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => steps.flat()),
});

/** The runs take longer than Jest's own limit where the machine is busy. */
const PROPERTY_MS = 180_000;

describe('daily sums of the ledger (L5)', () => {
  let database: TestDatabase;
  const ledger = new LedgerService();
  const periods = new LedgerPeriodsService();
  const journal = new JournalService();
  let posted = 0;

  beforeAll(async () => {
    database = await TestDatabase.create();
    const { reader } = database.transactions;
    await ledger.openAccounts(
      reader,
      [...CODES, accounts.usage('h800')].map((code) => ({ code, unit: 'CNY' as const, ...(CODES.includes(code) && { tenantId: 't1' }) })),
    );
    await ledger.post(reader, [
      {
        ...{ key: 'first', kind: 'adjustment', effectiveAt: MIDNIGHT - 30 * DAY },
        postings: [
          { account: accounts.external, unit: 'CNY', amount: -3_000_000n },
          ...CODES.map((account) => ({ account, unit: 'CNY' as const, amount: 1_000_000n })),
        ],
      },
    ]);
  });
  afterAll(async () => {
    await database.drop();
  });

  function entryOf({ at, kind, paying }: { at: number; kind: EntryKind; paying: readonly Posting[] }): JournalEntry {
    const earned = paying.reduce((sum, { amount }) => sum - amount, 0n);
    const postings = [...paying, { account: accounts.usage('h800'), unit: 'CNY' as const, amount: earned }];
    return { key: `fact/${(posted += 1)}`, kind, effectiveAt: at, tenantId: 't1', jobId: 'job_1', postings };
  }

  /** The same sums, from the postings alone. */
  const fromHistory = async (from: number, until: number): Promise<unknown[]> =>
    database.owner.query(
      `SELECT a.code AS account, p.kind, count(*) AS postings, sum(p.amount)::bigint AS amount, sum(p.gpu_seconds)::bigint AS "gpuSeconds",
              sum(p.list_fen)::bigint AS "listFen", coalesce(sum((
                SELECT sum(b.list_fen) FROM ledger_posting b
                 WHERE b.entry_id = p.entry_id AND p.gpu_seconds <> 0 AND b.gpu_seconds = 0 AND b.list_fen <> 0 AND b.ordinal = p.ordinal + 1
              )), 0)::bigint AS "besideListFen"
         FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        WHERE p.effective_at >= $1 AND p.effective_at < $2 GROUP BY a.code, p.kind ORDER BY a.code, p.kind`,
      [toDate(from), toDate(until)],
    );
  const balanceAt = async (account: string, at: number): Promise<bigint> => {
    const rows = await database.owner.query<{ sum: bigint }[]>(
      `SELECT coalesce(sum(p.amount), 0)::bigint AS sum FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        WHERE a.code = $1 AND p.effective_at < $2`,
      [account, toDate(at)],
    );
    return rows[0]!.sum;
  };

  it(
    'are the sums of the postings of any period, also where it begins or ends within a day (T2)',
    async () => {
      const { reader } = database.transactions;
      await fc.assert(
        fc.asyncProperty(fc.array(fact, { minLength: 1, maxLength: 6 }), instant, instant, async (facts, one, other) => {
          await ledger.post(reader, facts.map(entryOf));
          const [from, until] = [Math.min(one, other), Math.max(one, other)];
          const moved = await periods.movements(reader, {}, { from, until });
          const rows = moved.flatMap(({ account, movements }) => movements.map((movement) => ({ account, ...movement })));
          expect(rows).toEqual(await fromHistory(from, until));
          const selected = await periods.movements(reader, { codes: CODES }, { from, until });
          expect(selected).toEqual(moved.filter(({ account }) => CODES.includes(account)));
          for (const { account, opening, closing } of selected) {
            expect([opening, closing]).toEqual([await balanceAt(account, from), await balanceAt(account, until)]);
          }
          const [line] = (await journal.ofAccount(reader, { code: WALLET, unit: 'CNY' }, { from, until: MIDNIGHT + 9 * DAY }, { limit: 1 }))
            .items;
          if (line !== undefined) expect(line.balance - line.amount).toBe(await balanceAt(WALLET, from));
          const latest = await journal.ofAccount(reader, { code: WALLET, unit: 'CNY' }, { from, until }, { order: 'latest', limit: 1 });
          for (const { balance } of latest.items) expect(balance).toBe(await balanceAt(WALLET, until));
        }),
        { numRuns: 60 },
      );
      expect(await ledgerFaults(database.owner.manager)).toEqual([]);
    },
    PROPERTY_MS,
  );

  it('are kept by days that the application knows', async () => {
    const known = await database.owner.query<{ at: number; start: number }[]>(
      `SELECT at::float8, extract(epoch FROM ledger_day_start(ledger_day(to_timestamp(at))))::float8 AS start
         FROM generate_series($1::bigint, $1::bigint + 172800, 3599) at`,
      [MIDNIGHT - 100],
    );
    expect(known.map(({ at }) => startOfLedgerDay(at))).toEqual(known.map(({ start }) => start));
  });

  it('are found different from the postings by the check of the ledger', async () => {
    await database.owner.query(`
      SET session_replication_role = replica;
      UPDATE ledger_daily_sum SET beside_list_fen = beside_list_fen + 1 WHERE ctid = (SELECT min(ctid) FROM ledger_daily_sum);
      SET session_replication_role = origin`);
    expect(await ledgerFaults(database.owner.manager)).toEqual([expect.stringContaining('differ from its postings')]);
  });

  it('show a company the sums of its own accounts only', async () => {
    const accountsSeen = (tenantId: string): Promise<unknown[]> =>
      inTenantScope(tenantId, () => database.transactions.run((tx) => tx.query('SELECT DISTINCT account_id FROM ledger_daily_sum')));
    expect(await accountsSeen('t1')).toHaveLength(CODES.length);
    expect(await accountsSeen('t2')).toEqual([]);
  });
});
