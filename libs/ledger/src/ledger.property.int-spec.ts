import fc from 'fast-check';
import { DomainError } from '#kernel';
import { TestDatabase } from '#database/testing';
import { type JournalEntry, type Posting, LedgerService, accounts } from './index.ts';
import { ledgerFaults } from './testing/index.ts';

const GUARDED = ['wallet:a:available', 'wallet:a:held', 'grant:b:available', 'grant:b:held', 'programme:c:budget'];
const CODES = [...GUARDED, accounts.external, accounts.absorbed];
const UNITS = ['CNY', 'GPU_SECONDS'] as const;
const EXPECTED = ['ledger.unbalanced', 'ledger.too-few-postings', 'ledger.overdraft', 'ledger.key-reused', 'ledger.unknown-account'];

/** Mostly sound entries over few accounts and fewer keys, so that they meet; now and then one of each fault. */
const move = fc
  .record({ from: fc.constantFrom(...CODES), to: fc.constantFrom(...CODES), unit: fc.constantFrom(...UNITS), amount: fc.bigInt(0n, 100n) })
  .map(({ from, to, unit, amount }): Posting[] => [
    { account: from, unit, amount: -amount },
    { account: to, unit, amount },
  ]);
const faulty = fc.constantFrom<Posting[]>(
  [],
  [{ account: accounts.external, unit: 'CNY', amount: 0n }],
  [
    { account: accounts.external, unit: 'CNY', amount: -1n },
    { account: accounts.absorbed, unit: 'GPU_SECONDS', amount: 1n },
  ],
  [
    { account: accounts.external, unit: 'CNY', amount: -1n },
    { account: 'grant:nobody:held', unit: 'CNY', amount: 1n },
  ],
);
const postings = fc.oneof(
  { weight: 30, arbitrary: fc.array(move, { minLength: 1, maxLength: 3 }).map((moves) => moves.flat()) },
  { weight: 1, arbitrary: faulty },
);
const entry = fc
  .record({
    key: fc.nat(400).map((number) => `key-${number}`),
    effectiveAt: fc.integer({ min: 1_790_000_000, max: 1_790_000_009 }),
    postings,
  })
  .map((drawn): JournalEntry => ({ ...drawn, kind: 'adjustment' }));
const batch = fc.array(entry, { minLength: 1, maxLength: 8 });
const seed: JournalEntry = {
  key: 'seed',
  kind: 'adjustment',
  effectiveAt: 1_790_000_000,
  postings: UNITS.flatMap((unit) => [
    { account: accounts.external, unit, amount: -500n * BigInt(GUARDED.length) },
    ...GUARDED.map((account) => ({ account, unit, amount: 500n })),
  ]),
};

/** The runs take longer than Jest's own limit where the machine is busy. */
const PROPERTY_MS = 180_000;

describe('the ledger under any load', () => {
  let database: TestDatabase;
  const ledger = new LedgerService();
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  const begin = async (): Promise<void> => {
    await database.owner.query(`
      SET session_replication_role = replica; TRUNCATE ledger_entry, ledger_posting, ledger_daily_sum; DELETE FROM ledger_account;
      SET session_replication_role = origin;
      INSERT INTO ledger_account (code, unit, guarded) SELECT code, unit, false
      FROM unnest(ARRAY['absorbed', 'lapsed', 'external']) code, unnest(enum_range(NULL::ledger_unit)) unit`);
    await ledger.openAccounts(
      database.transactions.reader,
      GUARDED.flatMap((code) => UNITS.map((unit) => ({ code, unit }))),
    );
    await ledger.post(database.transactions.reader, [seed]);
  };
  const kept = async (): Promise<Map<string, { id: bigint; content: string }>> => {
    const rows = await database.owner.query<{ key: string; id: bigint; content: string }[]>(`
      SELECT e.key, e.id, e.effective_at || string_agg(p.ordinal || a.code || p.unit || p.amount, ',' ORDER BY p.ordinal) AS content
      FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id GROUP BY e.id`);
    return new Map(rows.map(({ key, id, content }) => [key, { id, content }]));
  };

  it(
    'keeps L1–L5 whatever is posted, and writes a batch whole or not at all',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (batches) => {
          await begin();
          for (const entries of batches) {
            const before = await kept();
            try {
              const posted = await ledger.post(database.transactions.reader, entries);
              const after = await kept();
              expect(posted.map(({ key }) => key)).toEqual(entries.map(({ key }) => key));
              for (const { key, id } of posted) expect(id).toBe(`entry_${after.get(key)!.id.toString().padStart(13, '0')}`);
              for (const [key, content] of before) expect(after.get(key)).toEqual(content);
              expect(after.size - before.size).toBe(posted.filter(({ repeated }) => !repeated).length);
            } catch (error) {
              expect(EXPECTED).toContain(error instanceof DomainError ? error.code : error);
              expect(await kept()).toEqual(before);
            }
          }
          expect(await ledgerFaults(database.owner.manager)).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
    PROPERTY_MS,
  );

  it(
    'keeps L1–L5 when many post at once: no deadlock, no lost update, each key once',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(batch, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 12 }), async (writers) => {
          await begin();
          const ids = new Map<string, Set<string>>();
          await Promise.all(
            writers.map(async (batches) => {
              for (const entries of batches) {
                try {
                  for (const { key, id } of await ledger.post(database.transactions.reader, entries)) {
                    ids.set(key, (ids.get(key) ?? new Set()).add(id));
                  }
                } catch (error) {
                  expect(EXPECTED).toContain(error instanceof DomainError ? error.code : error);
                }
              }
            }),
          );
          for (const [key, found] of ids) expect([key, found.size]).toEqual([key, 1]);
          expect(await ledgerFaults(database.owner.manager)).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
    PROPERTY_MS,
  );

  it('lets batches over the same accounts in any order pass without a deadlock', async () => {
    await begin();
    const shuffled = (writer: number, turn: number): JournalEntry[] =>
      Array.from({ length: 40 }, (_, number): JournalEntry => {
        const from = GUARDED[(number * (writer + 1) + turn) % GUARDED.length]!;
        const to = GUARDED[(number * (writer + 2) + turn + 1) % GUARDED.length]!;
        return {
          key: `${writer}/${turn}/${number}`,
          kind: 'adjustment',
          effectiveAt: 1_790_000_000,
          postings: [
            { account: from, unit: 'CNY', amount: -1n },
            { account: to, unit: 'CNY', amount: 1n },
          ],
        };
      });
    const deadlocks = async (): Promise<bigint> => {
      const rows = await database.owner.query<{ deadlocks: bigint }[]>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      return rows[0]!.deadlocks;
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, async (_, writer) => {
        for (let turn = 0; turn < 15; turn += 1) {
          await ledger.post(database.transactions.reader, shuffled(writer, turn));
          // What all of them post, each in an order of its own: one writes it, the others find it there.
          const shared = shuffled(99, turn);
          await ledger.post(database.transactions.reader, writer % 2 === 0 ? shared : shared.toReversed());
        }
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await deadlocks()).toBe(0n);
    expect(await ledgerFaults(database.owner.manager)).toEqual([]);
  });
});
