import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import type { ListOrder } from '#kernel';
import {
  type JournalEntry,
  type Page,
  type Period,
  JournalService,
  LedgerService,
  LedgerPeriodsService,
  accounts,
  transfer,
} from './index.ts';

const OCTOBER = 1_790_784_000;
const NOVEMBER = OCTOBER + 31 * 86_400;
const DECEMBER = NOVEMBER + 30 * 86_400;
const wallet = accounts.walletAvailable('t1');
const held = accounts.walletHeld('t1');

describe('reading the ledger', () => {
  let database: TestDatabase;
  let tx: Tx;
  const journal = new JournalService();
  const periods = new LedgerPeriodsService();
  const about = { tenantId: 't1', jobId: 'job_1' };
  const move = (kind: JournalEntry['kind'], at: number, from: string, to: string, amount: bigint, more: object = {}): JournalEntry => ({
    key: `${kind}/${at}/${from}/${to}`,
    kind,
    effectiveAt: at,
    tenantId: 't1',
    postings: transfer({ from, to, unit: 'CNY', amount }),
    ...more,
  });

  beforeAll(async () => {
    database = await TestDatabase.create();
    tx = database.transactions.reader;
    const ledger = new LedgerService();
    await ledger.openAccounts(tx, [
      { code: wallet, unit: 'CNY', tenantId: 't1' },
      { code: held, unit: 'CNY', tenantId: 't1' },
      { code: accounts.usage('h800'), unit: 'CNY' },
    ]);
    const charge = (amount: bigint, gpuSeconds: bigint): object => ({
      ...about,
      postings: transfer({ from: held, to: accounts.usage('h800'), unit: 'CNY', amount, gpuSeconds, listFen: amount }),
    });
    await ledger.post(tx, [
      move('wallet.topped-up', OCTOBER - 100, accounts.external, wallet, 1000n),
      move('hold.placed', OCTOBER, wallet, held, 400n, about),
      move('usage.metered', OCTOBER + 60, held, accounts.usage('h800'), 0n, charge(30n, 60n)),
      move('usage.metered', OCTOBER + 120, held, accounts.usage('h800'), 0n, charge(30n, 60n)),
      move('usage.corrected', NOVEMBER, held, accounts.usage('h800'), 0n, {
        ...charge(-0n, 0n),
        belongsTo: '2026-10',
        reason: 'node failed',
      }),
      move('hold.released', NOVEMBER + 5, held, wallet, 340n, about),
      // Recorded last, but it took effect in October.
      move('wallet.topped-up', OCTOBER + 90, accounts.external, wallet, 50n),
      move('usage.metered', OCTOBER + 200, accounts.absorbed, accounts.usage('h800'), 7n, { tenantId: 't1', jobId: 'job_2' }),
    ]);
  });
  afterAll(async () => {
    await database.drop();
  });

  const all = async <T>(read: (cursor?: string) => Promise<Page<T>>): Promise<T[]> => {
    const items: T[] = [];
    for (let page = await read(); ; page = await read(page.next)) {
      items.push(...page.items);
      if (page.next === undefined) return items;
    }
  };

  it.each([1, 2, 100])('shows an account with its running balance, by instant, in pages of %i', async (limit) => {
    const lines = await all((cursor) =>
      journal.ofAccount(tx, { code: wallet, unit: 'CNY' }, { from: OCTOBER, until: DECEMBER }, { limit, ...(cursor && { cursor }) }),
    );
    expect(lines.map(({ kind, effectiveAt, amount, balance }) => [kind, effectiveAt - OCTOBER, amount, balance])).toEqual([
      ['hold.placed', 0, -400n, 600n],
      ['wallet.topped-up', 90, 50n, 650n],
      ['hold.released', NOVEMBER + 5 - OCTOBER, 340n, 990n],
    ]);
    expect(lines[0]).toMatchObject(about);
  });

  it.each([1, 2, 100])('shows an account from its latest line back, with the same running balance, in pages of %i', async (limit) => {
    const account = { code: wallet, unit: 'CNY' } as const;
    const read = async (period: Period, order: ListOrder) =>
      await all((cursor) => journal.ofAccount(tx, account, period, { order, limit, ...(cursor && { cursor }) }));
    for (const period of [
      { from: OCTOBER, until: DECEMBER },
      { from: OCTOBER - 100, until: NOVEMBER },
      { from: 0, until: 253_402_300_799 },
    ]) {
      const lines = await read(period, 'first');
      expect(lines.length).toBeGreaterThan(2);
      expect(await read(period, 'latest')).toEqual(lines.toReversed());
    }
  });

  it('ends an account before the end of the period, and begins with what was there', async () => {
    const page = await journal.ofAccount(tx, { code: wallet, unit: 'CNY' }, { from: OCTOBER - 100, until: OCTOBER });
    expect(page.items.map(({ amount, balance }) => [amount, balance])).toEqual([[1000n, 1000n]]);
    expect(page.next).toBeUndefined();
  });

  it('knows an account without movements from one that does not exist', async () => {
    const never = { from: 0, until: 1 };
    expect(await journal.ofAccount(tx, { code: wallet, unit: 'CNY' }, never)).toEqual({ items: [] });
    await expect(journal.ofAccount(tx, { code: wallet, unit: 'GPU_SECONDS' }, never)).rejects.toMatchObject({
      code: 'ledger.unknown-account',
      kind: 'not-found',
    });
    await expect(journal.entry(tx, 'entry_0000000009999')).rejects.toMatchObject({ code: 'ledger.unknown-entry' });
    expect(await journal.entryByKey(tx, 'nothing')).toBeUndefined();
  });

  it.each([1, 3, 100])('shows all that was posted about a job, in pages of %i', async (limit) => {
    const entries = await all((cursor) => journal.ofJob(tx, 'job_1', { limit, ...(cursor && { cursor }) }));
    expect(entries.map(({ kind }) => kind)).toEqual(['hold.placed', 'usage.metered', 'usage.metered', 'usage.corrected', 'hold.released']);
    expect(entries[1]!.postings).toEqual([
      { account: held, unit: 'CNY', amount: -30n, gpuSeconds: 60n, listFen: 30n },
      { account: accounts.usage('h800'), unit: 'CNY', amount: 30n },
    ]);
    expect(entries[3]).toMatchObject({ belongsTo: '2026-10', reason: 'node failed' });
  });

  it('shows a company its entries of a period', async () => {
    const entries = await all((cursor) =>
      journal.ofTenant(tx, 't1', { from: NOVEMBER, until: DECEMBER }, cursor === undefined ? {} : { cursor }),
    );
    expect(entries.map(({ kind }) => kind)).toEqual(['usage.corrected', 'hold.released']);
    expect((await journal.ofTenant(tx, 't2', { from: 0, until: DECEMBER })).items).toEqual([]);
  });

  it('sums up a month: opening, movements by kind, closing, and one month closes where the next opens (T2)', async () => {
    const [october, november] = await Promise.all([
      periods.movements(tx, { tenantId: 't1' }, { from: OCTOBER, until: NOVEMBER }),
      periods.movements(tx, { tenantId: 't1' }, { from: NOVEMBER, until: DECEMBER }),
    ]);
    expect(october).toEqual([
      {
        account: wallet,
        unit: 'CNY',
        tenantId: 't1',
        opening: 1000n,
        closing: 650n,
        movements: [
          { kind: 'wallet.topped-up', postings: 1n, amount: 50n, gpuSeconds: 0n, listFen: 0n, besideListFen: 0n },
          { kind: 'hold.placed', postings: 1n, amount: -400n, gpuSeconds: 0n, listFen: 0n, besideListFen: 0n },
        ],
      },
      {
        account: held,
        unit: 'CNY',
        tenantId: 't1',
        opening: 0n,
        closing: 340n,
        movements: [
          { kind: 'hold.placed', postings: 1n, amount: 400n, gpuSeconds: 0n, listFen: 0n, besideListFen: 0n },
          { kind: 'usage.metered', postings: 2n, amount: -60n, gpuSeconds: 120n, listFen: 60n, besideListFen: 0n },
        ],
      },
    ]);
    expect(november.map(({ opening, closing }) => [opening, closing])).toEqual([
      [650n, 990n],
      [340n, 0n],
    ]);
  });

  it('sums up named accounts, and all', async () => {
    const month = { from: OCTOBER, until: NOVEMBER };
    const named = await periods.movements(tx, { codes: [accounts.usage('h800')] }, month);
    expect(named.map(({ account, opening, closing }) => [account, opening, closing])).toEqual([['usage:h800', 0n, 67n]]);
    const everything = await periods.movements(tx, {}, month);
    expect(everything).toHaveLength(9);
    expect(everything.reduce((sum, { closing }) => sum + closing, 0n)).toBe(0n);
  });

  it('sums up what each account paid for each job', async () => {
    const charges = await periods.chargesByJob(tx, { tenantId: 't1' }, { from: OCTOBER, until: DECEMBER });
    expect(charges).toEqual([
      { tenantId: 't1', jobId: 'job_1', account: held, unit: 'CNY', amount: 0n, gpuSeconds: 0n, listFen: 0n, belongsTo: '2026-10' },
      { tenantId: 't1', jobId: 'job_1', account: held, unit: 'CNY', amount: 60n, gpuSeconds: 120n, listFen: 60n },
      { tenantId: 't1', jobId: 'job_2', account: 'absorbed', unit: 'CNY', amount: 7n, gpuSeconds: 0n, listFen: 0n },
    ]);
    expect(await periods.chargesByJob(tx, {}, { from: OCTOBER, until: DECEMBER })).toEqual(charges);
  });
});
