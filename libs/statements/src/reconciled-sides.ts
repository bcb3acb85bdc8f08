import { compareBytes, type Month } from '#kernel';
import type { MovedSource, PostedJob } from '#ledger';
import type { RunJob } from '#metering';
import { type Difference, difference, type JobSides } from './domain/reconciliation.ts';
import type { RunComparison } from './domain/run-comparison.ts';
import type { StatedJob, StatedMovement } from './stated-jobs.queries.ts';

/** Sums of the sides of many jobs. */
export type SidesTotals = Omit<JobSides, 'tenantId' | 'jobId'>;

/** The rows of one job by side. */
interface Rows {
  readonly run?: RunJob;
  readonly posted?: PostedJob;
  readonly frozen?: StatedJob;
  readonly computed?: StatedJob;
}

/** The sides of a job; a side that has no row of it has nothing. */
export function sidesOf(jobId: string, { run, posted, frozen, computed }: Rows): JobSides {
  return {
    ...{ jobId, tenantId: run?.tenantId ?? posted?.tenantId ?? frozen?.tenantId ?? computed?.tenantId ?? '' },
    ...{ clusterGpuSeconds: run?.clusterGpuSeconds ?? 0n, meteredGpuSeconds: run?.meteredGpuSeconds ?? 0n },
    refundedGpuSeconds: posted?.refundedGpuSeconds ?? 0n,
    lateGpuSeconds: (posted?.lateInGpuSeconds ?? 0n) - (posted?.lateOutGpuSeconds ?? 0n),
    ledgerGpuSeconds: posted?.gpuSeconds ?? 0n,
    statementGpuSeconds: (frozen?.gpuSeconds ?? 0n) + (computed?.gpuSeconds ?? 0n),
    ...{ ledgerListFen: posted?.listFen ?? 0n, statementListFen: (frozen?.listFen ?? 0n) + (computed?.listFen ?? 0n) },
    ...{ ledgerPaidFen: posted?.earnedFen ?? 0n, statementPaidFen: (frozen?.paidFen ?? 0n) + (computed?.paidFen ?? 0n) },
  };
}

/** The grants and wallets that moved otherwise by a statement than by the postings. */
export function balanceDifferences(month: Month, posted: readonly MovedSource[], stated: readonly StatedMovement[]): Difference[] {
  const expected = new Map(posted.map(({ amount, ...moved }) => [`${moved.tenantId} ${sourceNamed(moved)} ${moved.unit}`, amount]));
  const found = new Map(stated.map(({ amount, ...moved }) => [`${moved.tenantId} ${moved.account} ${moved.unit}`, amount]));
  return [...new Set([...expected.keys(), ...found.keys()])].sort(compareBytes).flatMap((key) => {
    const amounts = { expected: expected.get(key) ?? 0n, found: found.get(key) ?? 0n };
    if (amounts.expected === amounts.found) return [];
    const [tenantId = '', account = '', unit] = key.split(' ');
    return [difference('statement-balance', { tenantId, account, month }, { ...amounts, unit: unit === 'CNY' ? 'CNY' : 'GPU_SECONDS' })];
  });
}

function sourceNamed({ kind, owner }: Pick<MovedSource, 'kind' | 'owner'>): string {
  return kind === 'wallet' ? kind : `${kind}:${owner}`;
}

/** Totals with one more job. */
export function sumOf(totals: SidesTotals, sides: JobSides): SidesTotals {
  const names = Object.keys(totals) as (keyof SidesTotals)[];
  return Object.fromEntries(names.map((name) => [name, totals[name] + sides[name]])) as unknown as SidesTotals;
}

/** What a comparison of pods found. */
export function podDifference({
  reason,
  podUid,
  jobId,
  clusterGpuSeconds,
  meteredGpuSeconds,
}: RunComparison['differences'][number]): Difference {
  return difference(reason, { podUid, jobId }, { expected: clusterGpuSeconds, found: meteredGpuSeconds });
}

/** A pod that several comparisons find is one difference: the first that names it. */
export function eachOnce(differences: readonly Difference[]): Difference[] {
  const pods = new Set<string>();
  return differences.filter(({ podUid, jobId }) => {
    if (podUid === undefined) return true;
    const key = `${podUid} ${jobId}`;
    if (pods.has(key)) return false;
    pods.add(key);
    return true;
  });
}
