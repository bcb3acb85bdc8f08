import { generateKeyPairSync } from 'node:crypto';
import { spyOn } from 'jest-mock';
import { systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { canonicalJson, ManualClock, toDate } from '#kernel';
import { accounts, type JournalEntry } from '#ledger';
import { issuedStatement } from './issued-documents.ts';
import { statementsOf } from './testing/index.ts';
import { Verifier } from './verification.ts';

const MONTH = '2026-10';
const COMPANIES = 3;
/** With these, the statement of each company has more than half of the characters of a batch. */
const JOBS = 11_000;
const MOST_CHARACTERS = 4_000_000;

describe('the closing of a month with large statements', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it('keeps the texts of one batch in memory, and each statement has its own proof (T3)', async () => {
    const clock = new ManualClock(toDate(1_793_000_000));
    const environment = await FundedTestEnvironment.create(database.transactions, clock);
    const { documents, closing } = statementsOf(environment, clock, generateKeyPairSync('ed25519').privateKey);
    await environment.ledger.openAccounts(database.transactions.reader, [{ code: accounts.usage('h800'), unit: 'CNY' }]);
    const ids: string[] = [];
    for (let company = 0; company < COMPANIES; company += 1) ids.push(await environment.company(10_000_000n));
    for (const tenantId of ids) {
      const entries = Array.from({ length: JOBS }, (_, index): JournalEntry => {
        const jobId = `job_${tenantId}_${index}`;
        const paid = { account: accounts.walletAvailable(tenantId), unit: 'CNY' as const, amount: -2n, gpuSeconds: 9n, listFen: 2n };
        const postings = [paid, { account: accounts.usage('h800'), unit: 'CNY' as const, amount: 2n }];
        return { key: `fact/${jobId}`, kind: 'usage.metered', effectiveAt: environment.start, tenantId, jobId, postings };
      });
      await environment.ledger.post(database.transactions.reader, entries);
    }
    clock.advance((environment.calendar.endOf(MONTH) + 60 - environment.start) * 1000);

    const { record, sent } = await database.transactions.run(async (tx) => {
      const statements = spyOn(tx, 'query');
      const closed = await closing.close(tx, systemActor('finance'), MONTH);
      const sizes = statements.mock.calls.map(([sql, parameters]) => [sql, JSON.stringify(parameters ?? []).length] as const);
      statements.mockRestore();
      return { record: closed.record, sent: sizes };
    });
    const staged = sent.flatMap(([sql], index) => (sql.includes('INTO pg_temp.closing_statement') ? [index] : []));
    const named = sent.findLastIndex(([sql]) => sql.includes('FROM job'));
    expect(staged).toHaveLength(COMPANIES);
    // The first one is written before the last one is made.
    expect(staged[0]).toBeLessThan(named);

    expect(record.statements.map(({ tenantId }) => tenantId)).toEqual([...ids].sort());
    const verifier = new Verifier();
    for (const id of ids) {
      const issued = await documents.statement(database.transactions.reader, id, MONTH);
      expect(issued.document.jobs).toHaveLength(JOBS);
      expect(canonicalJson(issued.document).length).toBeGreaterThan(MOST_CHARACTERS / 2);
      verifier.add(`${id}.json`, canonicalJson(issuedStatement(issued)));
    }
    expect(verifier.verdict()).toMatchObject({ faults: [], unsigned: [], documents: COMPANIES });
    const left = await database.owner.query<unknown[]>(`SELECT FROM pg_class WHERE relname = 'closing_statement'`);
    expect(left).toEqual([]);
  });
});
