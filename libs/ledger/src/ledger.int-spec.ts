import type { DomainError } from '#kernel';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { type JournalEntry, JournalService, LedgerService, accounts, reversal, transfer } from './index.ts';
import { ledgerFaults } from './testing/index.ts';

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
  let reader: Tx;
  const ledger = new LedgerService();
  beforeEach(async () => {
    database = await TestDatabase.create();
    reader = database.transactions.reader;
    await ledger.openAccounts(reader, [
      { code: wallet, unit: 'CNY', tenantId: 't1' },
      { code: held, unit: 'CNY', tenantId: 't1' },
    ]);
    await ledger.post(reader, [topUp('first', 1000n)]);
  });
  afterEach(async () => {
    expect(await ledgerFaults(database.owner.manager)).toEqual([]);
    await database.drop();
  });
  const balances = async (): Promise<(bigint | undefined)[]> => {
    const found = await ledger.balances(reader, [wallet, held]);
    return [found.get(wallet), found.get(held)];
  };
  const written = async (): Promise<{ entries: bigint; postings: bigint }> => {
    const rows = await database.owner.query<{ entries: bigint; postings: bigint }[]>(
      'SELECT (SELECT count(*) FROM ledger_entry) AS entries, (SELECT count(*) FROM ledger_posting) AS postings',
    );
    return rows[0]!;
  };
  /** Posts a sound entry beside the bad ones, and expects the refusal to leave nothing behind. */
  const refused = async (entries: readonly JournalEntry[], expected: Partial<DomainError>): Promise<void> => {
    const before = [await written(), await balances()];
    await expect(ledger.post(reader, [hold('sound', 10n), ...entries])).rejects.toMatchObject(expected);
    expect([await written(), await balances()]).toEqual(before);
  };

  it('says that the database is away when its connection breaks before a posting', async () => {
    const posting = database.transactions.run(async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      await database.owner.query('SELECT pg_terminate_backend($1)', [pid]);
      await ledger.post(tx, [topUp('lost', 5n)]);
    });
    await expect(posting).rejects.toMatchObject({ code: 'database.unavailable', kind: 'unavailable' });
    expect(await balances()).toEqual([1000n, 0n]);
  });

  it('posts a batch, keeps the balances, and names each entry in order', async () => {
    const posted = await ledger.post(reader, [topUp('a', 500n), hold('b', 1200n), hold('c', 300n)]);
    expect(posted).toEqual([
      { id: 'entry_0000000000002', key: 'a', repeated: false },
      { id: 'entry_0000000000003', key: 'b', repeated: false },
      { id: 'entry_0000000000004', key: 'c', repeated: false },
    ]);
    expect(await balances()).toEqual([0n, 1500n]);
  });

  it('opens an account once, at zero, and leaves it as it is when asked again', async () => {
    await ledger.openAccounts(reader, [{ code: wallet, unit: 'CNY', tenantId: 't1' }]);
    expect(await balances()).toEqual([1000n, 0n]);
    expect(await ledger.balances(reader, ['wallet:nobody:available'])).toEqual(new Map());
  });

  it('keeps the units of an account apart', async () => {
    await ledger.openAccounts(reader, [{ code: 'grant:g:available', unit: 'GPU_SECONDS' }]);
    await ledger.post(reader, [
      {
        key: 'grant',
        kind: 'grant.opened',
        effectiveAt: AT,
        postings: transfer({ from: accounts.external, to: 'grant:g:available', unit: 'GPU_SECONDS', amount: 3600n }),
      },
    ]);
    expect(await ledger.balances(reader, [accounts.external], 'GPU_SECONDS')).toEqual(new Map([[accounts.external, -3600n]]));
    expect(await ledger.balances(reader, [accounts.external], 'CNY')).toEqual(new Map([[accounts.external, -1000n]]));
  });

  it('sees a batch as a whole: what one entry brings, another may spend', async () => {
    await ledger.post(reader, [hold('h', 1500n), topUp('t', 500n)]);
    expect(await balances()).toEqual([0n, 1500n]);
  });

  it('returns the first entry when a key comes again, within a batch too (L3)', async () => {
    const again = await ledger.post(reader, [hold('b', 100n), topUp('first', 1000n), hold('b', 100n)]);
    expect(again.map(({ key, repeated }) => [key, repeated])).toEqual([
      ['b', false],
      ['first', true],
      ['b', true],
    ]);
    expect(again[1]!.id).toBe('entry_0000000000001');
    expect(again[2]!.id).toBe(again[0]!.id);
    expect(await written()).toEqual({ entries: 2n, postings: 4n });
    expect(await balances()).toEqual([900n, 100n]);
  });

  it('takes a whole batch again without moving anything, even from an account that is empty by now', async () => {
    const batch = Array.from({ length: 100 }, (_, number) => hold(`h${number}`, 10n));
    const first = await ledger.post(reader, batch);
    const second = await ledger.post(reader, batch);
    expect(second).toEqual(first.map((entry) => ({ ...entry, repeated: true })));
    expect(await balances()).toEqual([0n, 1000n]);
  });

  it.each<[string, JournalEntry]>([
    ['amount', topUp('first', 1001n)],
    ['kind', { ...topUp('first', 1000n), kind: 'adjustment' }],
    ['instant', { ...topUp('first', 1000n), effectiveAt: AT + 1 }],
    ['company', { ...topUp('first', 1000n), tenantId: 't2' }],
    ['job', { ...topUp('first', 1000n), jobId: 'job_1' }],
    ['reason', { ...topUp('first', 1000n), reason: 'x' }],
    ['account', { ...topUp('first', 1000n), postings: transfer({ from: accounts.external, to: held, unit: 'CNY', amount: 1000n }) }],
    [
      'memo',
      { ...topUp('first', 1000n), postings: transfer({ from: accounts.external, to: wallet, unit: 'CNY', amount: 1000n, listFen: 1n }) },
    ],
    [
      'more postings',
      { ...topUp('first', 1000n), postings: [...topUp('first', 1000n).postings, { account: held, unit: 'CNY', amount: 0n }] },
    ],
    ['fewer postings', { ...topUp('first', 1000n), postings: topUp('first', 1000n).postings.slice(0, 1) }],
  ])('refuses a key that comes again with another %s', async (_, entry) => {
    await refused([entry], { code: 'ledger.key-reused', kind: 'conflict', field: '/entries/1/key' });
  });

  it('refuses one key for two contents in one batch', async () => {
    await refused([hold('twice', 1n), hold('twice', 2n)], { code: 'ledger.key-reused' });
  });

  it('refuses an overdraft and says who is short, and of how much (L4)', async () => {
    await expect(ledger.post(reader, [hold('h', 1001n)])).rejects.toMatchObject({
      code: 'ledger.overdraft',
      kind: 'conflict',
      detail: 'wallet:t1:available has ¥10.00, ¥10.01 were asked of it.',
      remedy: 'Add ¥0.01, or ask for less.',
    });
    await refused([hold('h', 991n)], { code: 'ledger.overdraft' });
  });

  it('refuses postings that do not sum to zero in each unit (L1)', async () => {
    const [out, into] = hold('x', 5n).postings as [JournalEntry['postings'][0], JournalEntry['postings'][0]];
    await refused([{ ...hold('x', 5n), postings: [out, { ...into, amount: 4n }] }], {
      code: 'ledger.unbalanced',
      field: '/entries/1',
      detail: 'The postings of entry "x" sum to -¥0.01 and 0.00 GPU-hours, not to zero in each unit.',
    });
    const across: JournalEntry['postings'] = [
      { account: accounts.external, unit: 'CNY', amount: -5n },
      { account: accounts.external, unit: 'GPU_SECONDS', amount: 5n },
    ];
    await refused([{ ...hold('x', 5n), postings: across }], { code: 'ledger.unbalanced' });
  });

  it('refuses an entry of fewer than two postings (L1)', async () => {
    await refused([{ ...hold('x', 0n), postings: [] }], { code: 'ledger.too-few-postings', field: '/entries/1/postings' });
    await refused([{ ...hold('x', 0n), postings: [{ account: wallet, unit: 'CNY', amount: 0n }] }], { code: 'ledger.too-few-postings' });
  });

  it('refuses an account that is not open, or not in that unit', async () => {
    const to = (account: string, unit: 'CNY' | 'GPU_SECONDS'): JournalEntry => ({
      ...topUp('x', 0n),
      postings: transfer({ from: accounts.external, to: account, unit, amount: 5n }),
    });
    await refused([to('grant:nobody:available', 'CNY')], {
      code: 'ledger.unknown-account',
      detail: 'There is no account grant:nobody:available in CNY.',
    });
    await refused([to(wallet, 'GPU_SECONDS')], { code: 'ledger.unknown-account' });
  });

  it('refuses amounts and balances beyond 2^53', async () => {
    const largest = BigInt(Number.MAX_SAFE_INTEGER);
    await refused([topUp('x', largest + 1n)], { code: 'ledger.amount-out-of-range', field: '/entries/1/postings/0/amount' });
    await refused([topUp('x', 2n ** 70n)], { code: 'ledger.amount-out-of-range' });
    await refused([topUp('x', largest - 1000n), topUp('y', 1001n)], { code: 'ledger.amount-out-of-range' });
    await ledger.post(reader, [topUp('x', largest - 1000n)]);
    expect(await balances()).toEqual([largest, 0n]);
  });

  it('corrects by a new entry that names the first one (L2)', async () => {
    const journal = new JournalService();
    const [posted] = await ledger.post(reader, [hold('h', 300n)]);
    const first = await journal.entry(reader, posted!.id);
    await ledger.post(reader, [reversal(first, { key: 'undo', effectiveAt: AT + 5, reason: 'placed twice', belongsTo: '2026-09' })]);
    expect(await journal.correctionsOf(reader, first.id)).toEqual([
      expect.objectContaining({ key: 'undo', corrects: first.id, reason: 'placed twice', belongsTo: '2026-09', jobId: 'job_1' }),
    ]);
    expect(await balances()).toEqual([1000n, 0n]);
    await refused([{ ...hold('x', 1n), corrects: 'entry_0000000009999' }], { code: 'ledger.unknown-entry', field: '/entries/1/corrects' });
  });

  it('takes any text in keys and reasons as it is', async () => {
    const reason = 'he said "no" \\ {NULL,} 作废 \n\t$1';
    await ledger.post(reader, [{ ...hold('键"\\{},NULL', 1n), reason }]);
    expect(await new JournalService().entryByKey(reader, '键"\\{},NULL')).toMatchObject({ reason });
    expect(await ledger.post(reader, [])).toEqual([]);
  });

  it('takes part in the transaction it is given', async () => {
    const cancelled = database.transactions.run(async (tx) => {
      await ledger.post(tx, [hold('h', 300n)]);
      expect((await ledger.balances(tx, [held])).get(held)).toBe(300n);
      throw new Error('changed my mind');
    });
    await expect(cancelled).rejects.toThrow('changed my mind');
    expect(await balances()).toEqual([1000n, 0n]);
  });
});
