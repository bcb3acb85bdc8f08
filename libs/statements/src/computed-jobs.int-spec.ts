import { spyOn } from 'jest-mock';
import fc from 'fast-check';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { FundedTestEnvironment } from '#funding/testing';
import { type Instant, ManualClock, toDate } from '#kernel';
import { accounts, type EntryKind, type JournalEntry, type Posting } from '#ledger';
import { computedJobs } from './computed-jobs.ts';
import type { Statement } from './domain/statement.ts';
import type { StatedJob } from './stated-jobs.queries.ts';
import type { StatementsService } from './statements.service.ts';
import { statementsOf } from './testing/index.ts';

const MONTHS = ['2026-10', '2026-11'] as const;
const KINDS: readonly EntryKind[] = ['usage.metered', 'usage.corrected', 'usage.refunded'];
/** The rows that a cursor reads at a time. */
const BATCH = 1_000;

/** One payment for a job: of the company, the source and the job with these numbers. */
const payment = fc.record({
  company: fc.nat({ max: 1 }),
  source: fc.constantFrom('wallet', 'grant-available', 'grant-held'),
  kind: fc.constantFrom(...KINDS),
  job: fc.nat({ max: 3 }),
  amount: fc.constantFrom(-2n, 0n, 1n, 2n, 50n),
  gpuSeconds: fc.constantFrom(-1n, 0n, 1n, 9n),
  listFen: fc.constantFrom(-2n, 0n, 2n, 70n),
  /** Seconds from the end of the first month. */
  after: fc.constantFrom(-86_400, -1, 0, 1, 86_400),
});
type Payment = typeof payment extends fc.Arbitrary<infer T> ? T : never;

/** The runs take longer than Jest's own limit where the machine is busy. */
const PROPERTY_MS = 180_000;

describe('jobs of computed statements, job by job', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let statements: StatementsService;
  let boundary: Instant;
  const companies: { id: string; grantId: string }[] = [];
  let [run, posted] = [0, 0];

  beforeAll(async () => {
    database = await TestDatabase.create();
    const clock = new ManualClock(toDate(1_793_000_000));
    environment = await FundedTestEnvironment.create(database.transactions, clock);
    ({ statements } = statementsOf(environment, clock));
    boundary = environment.calendar.endOf(MONTHS[0]);
    await environment.ledger.openAccounts(database.transactions.reader, [{ code: accounts.usage('h800'), unit: 'CNY' }]);
    for (let count = 0; count < 2; count += 1) {
      const id = await environment.company(10_000_000n);
      const grantId = await environment.grant(id, 1_000_000n, { coverageBp: 5_000n });
      companies.push({ id, grantId });
      const held = { account: accounts.grantHeld(grantId), unit: 'CNY' as const, amount: 500_000n };
      const postings = [{ ...held, account: accounts.grantAvailable(grantId), amount: -500_000n }, held];
      await environment.ledger.post(database.transactions.reader, [
        { key: `held/${id}`, kind: 'adjustment', effectiveAt: environment.start, tenantId: id, postings },
      ]);
    }
  });
  afterAll(async () => {
    await database.drop();
  });

  const entryOf = ({ company, source, kind, job, amount, gpuSeconds, listFen, after }: Payment): JournalEntry => {
    const { id: tenantId, grantId } = companies[company]!;
    const payers = {
      ...{ wallet: accounts.walletAvailable(tenantId), 'grant-available': accounts.grantAvailable(grantId) },
      'grant-held': accounts.grantHeld(grantId),
    };
    const postings: Posting[] = [
      { account: payers[source], unit: 'CNY', amount: -amount, gpuSeconds, listFen },
      { account: accounts.usage('h800'), unit: 'CNY', amount },
    ];
    // Ids whose order differs between languages and bytes.
    const jobId = `job_${run}${['a', 'B', '_', 'Z'][job]}${company}`;
    return { key: `fact/${(posted += 1)}`, kind, effectiveAt: boundary + after, tenantId, jobId, postings };
  };
  /** The same, from the statements themselves. */
  const stated = async (tx: Tx, months: readonly string[], tenantId?: string): Promise<StatedJob[]> => {
    const jobs = new Map<string, StatedJob>();
    for (const month of months) {
      const made = tenantId === undefined ? await statements.ofAll(tx, month) : [await statements.ofTenant(tx, tenantId, month)];
      for (const statement of made) {
        for (const { jobId, totals, shares } of statement.jobs) {
          const before = jobs.get(jobId);
          jobs.set(jobId, {
            ...{ jobId, tenantId: statement.tenantId, gpuSeconds: totals.gpuSeconds + (before?.gpuSeconds ?? 0n) },
            listFen: totals.listFen + (before?.listFen ?? 0n),
            paidFen: shares.reduce((sum, { amount }) => sum + amount, before?.paidFen ?? 0n),
          });
        }
      }
    }
    return [...jobs.values()].sort((a, b) => Buffer.compare(Buffer.from(a.jobId), Buffer.from(b.jobId)));
  };
  /** The statements of all companies, each made alone. */
  const eachAlone = async (tx: Tx, month: string): Promise<Statement[]> => {
    const made: Statement[] = [];
    for (const id of companies.map((company) => company.id).sort()) made.push(await statements.ofTenant(tx, id, month));
    return made;
  };
  const periodOf = (month: string) => ({ from: environment.calendar.startOf(month), until: environment.calendar.endOf(month) });
  const computed = async (tx: Tx, months: readonly string[], tenantId?: string): Promise<StatedJob[]> => {
    const jobs: StatedJob[] = [];
    for await (const job of computedJobs(tx, months.map(periodOf), tenantId)) jobs.push(job);
    return jobs;
  };

  it(
    'are those of the statements, of one month or several, of one company or all (T1)',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(payment, { minLength: 1, maxLength: 12 }), async (payments) => {
          run += 1;
          await environment.ledger.post(database.transactions.reader, payments.map(entryOf));
          await database.transactions.run(async (tx) => {
            for (const months of [[MONTHS[0]], [MONTHS[1]], MONTHS]) {
              expect(await computed(tx, months)).toEqual(await stated(tx, months));
              expect(await computed(tx, months, companies[1]!.id)).toEqual(await stated(tx, months, companies[1]!.id));
            }
            for (const month of MONTHS) expect(await statements.ofAll(tx, month)).toEqual(await eachAlone(tx, month));
          });
        }),
        { numRuns: 25 },
      );
      await expect(database.transactions.snapshot((tx) => computed(tx, []))).resolves.toEqual([]);
    },
    PROPERTY_MS,
  );

  it('are read in batches, so that memory does not grow with their number', async () => {
    const count = 2 * BATCH + 300;
    const entries = Array.from({ length: count }, (_, index): JournalEntry => {
      const entry = entryOf({
        ...{ company: 0, source: 'wallet', kind: 'usage.metered', job: 0 },
        ...{ amount: 1n, gpuSeconds: 9n, listFen: 2n, after: -1 },
      });
      return { ...entry, jobId: `many_${index}` };
    });
    await environment.ledger.post(database.transactions.reader, entries);
    await database.transactions.run(async (tx) => {
      const reads = spyOn(tx, 'query');
      const jobs = (await computed(tx, MONTHS)).filter(({ jobId }) => jobId.startsWith('many_'));
      expect(jobs).toHaveLength(count);
      const sizes = await Promise.all(reads.mock.results.map(async ({ value }) => ((await value) as unknown[] | undefined)?.length ?? 0));
      expect(Math.max(...sizes)).toBe(BATCH);
      reads.mockRestore();
      expect(await statements.ofAll(tx, MONTHS[0])).toEqual(await eachAlone(tx, MONTHS[0]));
    });
  });
});
