import type { Tx } from '#database';
import { invariant } from '#kernel';
import { type NamedAccount, namedAccounts, type Period } from '#ledger';
import { byJob, wholeJobs } from './domain/job-line.ts';
import { byJob as besideEachOther } from './domain/job-sides.ts';
import { mergeShares, sourceOf, totalsOf } from './domain/statement.ts';
import type { StatedJob } from './stated-jobs.queries.ts';
import { chargesByJobId, type ComputedCharge } from './statement-lines.queries.ts';

/**
 * What the statements of these periods say of each job, computed from the ledger as they are (rule T1), by the id of the job. One batch of
 * each period is in memory at a time, however many jobs there are. Needs a transaction.
 * @param tenantId of one company alone
 */
export async function* computedJobs(tx: Tx, periods: readonly Period[], tenantId?: string): AsyncGenerator<StatedJob> {
  if (periods.length === 0) return;
  const accounts = await namedAccounts(tx);
  const parts = Object.fromEntries(periods.map((period, index) => [String(index), computedIn(tx, period, accounts, tenantId)]));
  for await (const { rows } of besideEachOther(parts)) {
    const [first, ...rest] = Object.values(rows).filter((row) => row !== undefined);
    if (first !== undefined) yield rest.reduce(added, first);
  }
}

async function* computedIn(
  tx: Tx,
  period: Period,
  accounts: ReadonlyMap<number, NamedAccount>,
  tenantId: string | undefined,
): AsyncGenerator<StatedJob> {
  for await (const charges of wholeJobs(chargesByJobId(tx, period, tenantId))) {
    for (const own of byJob(charges)) {
      // A job is of one company, unless somebody changed the ledger by hand: each company states its own part then.
      const stated = [...Map.groupBy(own, (charge) => charge.tenantId).values()].flatMap((charged) => statedJob(charged, accounts));
      const [first, ...rest] = stated;
      if (first !== undefined) yield rest.reduce(added, first);
    }
  }
}

/** What a statement says of a job with these charges; nothing where it took and paid nothing. */
function statedJob(own: readonly ComputedCharge[], accounts: ReadonlyMap<number, NamedAccount>): StatedJob[] {
  const shares = mergeShares(
    own.map(({ accountId, amount, gpuSeconds, listFen }) => {
      const account = accounts.get(accountId);
      invariant(account !== undefined, `account ${accountId} has a name`);
      return { source: sourceOf(account.code), unit: account.unit, gpuSeconds, amount, listFen };
    }),
  );
  const [first] = own;
  if (first === undefined || shares.length === 0) return [];
  const { gpuSeconds, listFen } = totalsOf(shares);
  const paidFen = shares.reduce((sum, { unit, amount }) => (unit === 'CNY' ? sum + amount : sum), 0n);
  return [{ jobId: first.jobId, tenantId: first.tenantId, gpuSeconds, listFen, paidFen }];
}

function added(sum: StatedJob, { gpuSeconds, listFen, paidFen }: StatedJob): StatedJob {
  return { ...sum, gpuSeconds: sum.gpuSeconds + gpuSeconds, listFen: sum.listFen + listFen, paidFen: sum.paidFen + paidFen };
}
