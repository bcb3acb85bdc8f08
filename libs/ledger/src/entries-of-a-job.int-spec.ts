import { TestDatabase } from '#database/testing';
import { accounts, JournalService, type JournalEntry, LedgerService, transfer } from './index.ts';

const AT = 1_790_000_000;
/** Entries are looked up in blocks of so many ids. */
const BLOCK = 2 ** 18;

describe('the entries of a job in a ledger of many blocks', () => {
  let database: TestDatabase;
  const ledger = new LedgerService();
  const journal = new JournalService();
  const keys = (found: readonly { readonly key: string }[] | undefined): string[] => (found ?? []).map(({ key }) => key);

  beforeAll(async () => {
    database = await TestDatabase.create();
    await ledger.openAccounts(database.transactions.reader, [{ code: accounts.usage('h800'), unit: 'CNY' }]);
    // Two jobs with entries in the first, second and fifth block, and at the edges of those.
    for (const id of [1, BLOCK - 2, BLOCK, 4 * BLOCK + 7]) {
      await database.owner.query(`SELECT setval('ledger_entry_id_seq', $1, false)`, [id]);
      await ledger.post(database.transactions.reader, [charge('job_1', id), charge('job_2', id)]);
    }
  });
  afterAll(async () => {
    await database.drop();
  });

  /** Later entries take effect earlier, so that the order of ids is not that of instants. */
  function charge(jobId: string, id: number): JournalEntry {
    const postings = transfer({ from: accounts.absorbed, to: accounts.usage('h800'), unit: 'CNY', amount: 1n });
    return {
      key: `${jobId}/${id}`,
      kind: id === BLOCK ? 'usage.corrected' : 'usage.metered',
      effectiveAt: AT - (id % 1000),
      jobId,
      postings,
    };
  }

  it('are found latest first, whatever block they are in', async () => {
    const { reader } = database.transactions;
    const kinds = ['usage.metered', 'usage.corrected'] as const;
    const all = await journal.latestOfJobs(reader, ['job_2', 'job_1', 'job_3'], { kinds, limit: 9 });
    expect([...all.keys()].sort()).toEqual(['job_1', 'job_2']);
    for (const job of ['job_1', 'job_2']) {
      expect(keys(all.get(job))).toEqual([`${job}/${4 * BLOCK + 7}`, `${job}/${BLOCK}`, `${job}/${BLOCK - 2}`, `${job}/1`]);
    }
    const two = await journal.latestOfJobs(reader, ['job_1'], { kinds, limit: 2 });
    expect(keys(two.get('job_1'))).toEqual([`job_1/${4 * BLOCK + 7}`, `job_1/${BLOCK}`]);
    const before = two.get('job_1')?.at(-1)?.id ?? '';
    const more = await journal.latestOfJobs(reader, ['job_1'], { kinds, limit: 2, before });
    expect(keys(more.get('job_1'))).toEqual([`job_1/${BLOCK - 2}`, 'job_1/1']);
    const metered = await journal.latestOfJobs(reader, ['job_1'], { kinds: ['usage.metered'], limit: 2 });
    expect(keys(metered.get('job_1'))).toEqual([`job_1/${4 * BLOCK + 7}`, `job_1/${BLOCK - 2}`]);
  });

  it('are shown in the order of their instants, in pages', async () => {
    const { reader } = database.transactions;
    const inOrder = [1, BLOCK - 2, BLOCK, 4 * BLOCK + 7].sort((a, b) => (b % 1000) - (a % 1000)).map((id) => `job_2/${id}`);
    const first = await journal.ofJob(reader, 'job_2', { limit: 3 });
    const rest = await journal.ofJob(reader, 'job_2', { limit: 3, cursor: first.next! });
    expect([...keys(first.items), ...keys(rest.items)]).toEqual(inOrder);
    expect(rest.next).toBeUndefined();
  });
});
