import { TestDatabase } from '#database/testing';
import { type JournalEntry, Ledger, accounts, transfer } from './index.ts';

const AT = 1_790_000_000;
const wallet = accounts.walletAvailable('t1');
const held = accounts.walletHeld('t1');
const topUp = (key: string, amount: bigint): JournalEntry => ({
  key,
  kind: 'wallet.topped-up',
  effectiveAt: AT,
  tenantId: 't1',
  postings: transfer({ from: accounts.external, to: wallet, unit: 'CNY', amount }),
});
const hold = (key: string, amount: bigint): JournalEntry => ({
  key,
  kind: 'hold.placed',
  effectiveAt: AT,
  tenantId: 't1',
  jobId: 'job_1',
  postings: transfer({ from: wallet, to: held, unit: 'CNY', amount }),
});

describe('ledger', () => {
  let database: TestDatabase;
  const ledger = new Ledger();
  beforeEach(async () => {
    database = await TestDatabase.create();
    await ledger.openAccounts(database.transactions.reader, [
      { code: wallet, unit: 'CNY', tenantId: 't1' },
      { code: held, unit: 'CNY', tenantId: 't1' },
    ]);
  });
  afterEach(async () => {
    await database.drop();
  });
  const counts = async (): Promise<{ entries: bigint; postings: bigint }> => {
    const rows = await database.owner.query<{ entries: bigint; postings: bigint }[]>(
      'SELECT (SELECT count(*) FROM ledger_entry) AS entries, (SELECT count(*) FROM ledger_posting) AS postings',
    );
    return rows[0]!;
  };

  it('posts a batch, keeps the balances, and names each entry in order', async () => {
    const posted = await ledger.post(database.transactions.reader, [topUp('a', 500n), hold('b', 200n), hold('c', 300n)]);
    expect(posted).toEqual([
      { id: 'entry_0000000000001', key: 'a', repeated: false },
      { id: 'entry_0000000000002', key: 'b', repeated: false },
      { id: 'entry_0000000000003', key: 'c', repeated: false },
    ]);
    expect(await ledger.balances(database.transactions.reader, [wallet, held, accounts.external], 'CNY')).toEqual(
      new Map([
        [wallet, 0n],
        [held, 500n],
        [accounts.external, -500n],
      ]),
    );
  });

  it('returns the first entry when a key comes again (L3)', async () => {
    await ledger.post(database.transactions.reader, [topUp('a', 500n)]);
    const again = await ledger.post(database.transactions.reader, [hold('b', 100n), topUp('a', 500n), hold('b', 100n)]);
    expect(again.map(({ key, repeated }) => [key, repeated])).toEqual([
      ['b', false],
      ['a', true],
      ['b', true],
    ]);
    expect(again[1]!.id).toBe('entry_0000000000001');
    expect(again[2]!.id).toBe(again[0]!.id);
    expect(await counts()).toEqual({ entries: 2n, postings: 4n });
    expect(await ledger.balances(database.transactions.reader, [wallet])).toEqual(new Map([[wallet, 400n]]));
  });
});
