import pg from 'pg';
import type { TruthLine } from '../../../cluster-sim/src/index.ts';

/** A job and what the cluster, the meter and the ledger have of it. */
interface JobBooks {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly truth: bigint;
  readonly charged: bigint;
  readonly writtenOff: bigint;
}

export interface Books {
  readonly jobs: readonly JobBooks[];
  /** Entries whose postings do not sum up to zero. */
  readonly unbalanced: number;
  /** Accounts whose balance is not the sum of their postings. */
  readonly wrongBalances: number;
  /** Held by jobs, in all units; 0 once all jobs have ended. */
  readonly held: bigint;
}

const JOBS = `SELECT id, name, state FROM job ORDER BY id`;
const CHARGED = `
  SELECT f.job_id AS id, coalesce(sum(p.gpu_seconds), 0)::bigint AS charged,
         coalesce(sum(p.gpu_seconds) FILTER (WHERE a.code = 'absorbed'), 0)::bigint AS "writtenOff"
    FROM funding_admission f JOIN ledger_entry e ON substring(e.key FROM '/usage/(.*)/[0-9]+$') = f.id
    JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
   WHERE e.kind IN ('usage.metered', 'usage.corrected') GROUP BY 1`;
const UNBALANCED = `
  SELECT e.id FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id GROUP BY e.id, p.unit HAVING sum(p.amount) <> 0`;
const WRONG_BALANCES = `
  SELECT a.id FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id
   GROUP BY a.id HAVING a.balance <> coalesce(sum(p.amount), 0)`;
const HELD = `SELECT coalesce(sum(held), 0)::bigint AS held FROM funding_share`;

/** Reads the books as the owner of the schema, and what the cluster truly ran from its own record. */
export async function readBooks(ownerUrl: string, truth: readonly TruthLine[]): Promise<Books> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'drill' });
  await client.connect();
  try {
    const rows = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => (await client.query<T>(sql)).rows;
    const charged = new Map((await rows<{ id: string; charged: string; writtenOff: string }>(CHARGED)).map((row) => [row.id, row]));
    const jobs = (await rows<{ id: string; name: string; state: string }>(JOBS)).map((job) => ({
      ...job,
      truth: trulyRun(truth, job.id),
      charged: BigInt(charged.get(job.id)?.charged ?? 0),
      writtenOff: BigInt(charged.get(job.id)?.writtenOff ?? 0),
    }));
    const [held] = await rows<{ held: string }>(HELD);
    return {
      jobs,
      unbalanced: (await rows(UNBALANCED)).length,
      wrongBalances: (await rows(WRONG_BALANCES)).length,
      held: BigInt(held?.held ?? 0),
    };
  } finally {
    await client.end();
  }
}

function trulyRun(truth: readonly TruthLine[], jobId: string): bigint {
  return BigInt(truth.filter(({ labels }) => labels['speedspace.io/job'] === jobId).reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0));
}

/** Whether a job has ended, in whatever way. */
export function hasEnded({ state }: { readonly state: string }): boolean {
  return ['Succeeded', 'Failed', 'Cancelled'].includes(state);
}

/** What is wrong with the books after all jobs have ended, in sentences; none where they are right. */
export function faultsOf(books: Books): string[] {
  return [
    ...books.jobs
      .filter(({ truth, charged }) => truth !== charged)
      .map(({ name, truth, charged }) => `${name} ran ${truth} GPU-seconds, and ${charged} are charged.`),
    ...books.jobs
      .filter(({ writtenOff }) => writtenOff > 0n)
      .map(({ name, writtenOff }) => `${writtenOff} GPU-seconds of ${name} are written off.`),
    ...(books.unbalanced > 0 ? [`${books.unbalanced} entries do not balance.`] : []),
    ...(books.wrongBalances > 0 ? [`${books.wrongBalances} balances are not the sum of their postings.`] : []),
    ...(books.held > 0n ? [`${books.held} are still held.`] : []),
  ];
}
