import { type Fen, formatMoney, type GpuSeconds, type Month } from '#kernel';

/** Why two sides differ. The first five are about a pod, the next about a job, the last about the statement of a company. */
export const DIFFERENCE_CODES = [
  'not-metered',
  'metered-short',
  'metered-long',
  'lost-pod',
  'clock',
  'not-reported',
  'reused-uid',
  'not-posted',
  'posted-long',
  'pending',
  'boundary',
  'statement-seconds',
  'statement-amount',
  'statement-changed',
  'statement-balance',
] as const;
export type DifferenceCode = (typeof DIFFERENCE_CODES)[number];

/** Differences with a known cause that is no fault: the sides agree all the same. See the rules M3, M1 and M4. */
const KNOWN: ReadonlySet<DifferenceCode> = new Set(['lost-pod', 'clock', 'pending', 'boundary']);

/** One difference between two sides, with the reason for people. */
export interface Difference {
  readonly code: DifferenceCode;
  /** It has a known cause that is no fault. */
  readonly known: boolean;
  readonly reason: string;
  readonly tenantId?: string;
  readonly jobId?: string;
  readonly podUid?: string;
  /** The grant or wallet, such as `grant:<id>`. */
  readonly account?: string;
  readonly month?: Month;
  /** The two sides that differ. */
  readonly expected: bigint;
  readonly found: bigint;
  readonly unit: 'GPU_SECONDS' | 'CNY';
}

/**
 * The GPU-seconds of a period, counted where they ran, where they were metered, where they were posted, and where they are billed:
 * cluster = metered; metered − refunded + late = ledger = statements.
 */
export interface GpuSecondsBySide {
  /** By the record of what the cluster reported. */
  readonly clusterGpuSeconds: GpuSeconds;
  readonly meteredGpuSeconds: GpuSeconds;
  /** Credited back in the period for failures of the platform: metered, and charged to nobody (rule M8). */
  readonly refundedGpuSeconds: GpuSeconds;
  /** Posted into the period for closed months before it, less what was posted later for its months (rule T3). */
  readonly lateGpuSeconds: GpuSeconds;
  readonly ledgerGpuSeconds: GpuSeconds;
  readonly statementGpuSeconds: GpuSeconds;
}

/** The sides of one job over a period. */
export interface JobSides extends GpuSecondsBySide {
  readonly tenantId: string;
  readonly jobId: string;
  readonly ledgerListFen: Fen;
  readonly statementListFen: Fen;
  /** What was earned in fen by the receiving side of the ledger. */
  readonly ledgerPaidFen: Fen;
  /** What was paid in fen by the statement. */
  readonly statementPaidFen: Fen;
}

/** A difference with the sentence that tells of it. */
export function difference(
  code: DifferenceCode,
  about: Pick<Difference, 'tenantId' | 'jobId' | 'podUid' | 'account' | 'month'>,
  { expected, found, unit = 'GPU_SECONDS' }: { readonly expected: bigint; readonly found: bigint; readonly unit?: Difference['unit'] },
): Difference {
  return { code, known: KNOWN.has(code), reason: sentence(code, about, expected, found, unit), ...about, expected, found, unit };
}

function sentence(
  code: DifferenceCode,
  { podUid, account, month }: Pick<Difference, 'podUid' | 'account' | 'month'>,
  expected: bigint,
  found: bigint,
  unit: Difference['unit'],
): string {
  switch (code) {
    case 'not-metered':
      return `The cluster reports ${expected} GPU-seconds of the pod ${podUid}, and the meter has none of them.`;
    case 'metered-short':
      return `The cluster reports ${expected} GPU-seconds of the pod ${podUid}, and the meter has only ${found}.`;
    case 'metered-long':
      return `The cluster reports ${expected} GPU-seconds of the pod ${podUid}, and the meter has ${found}.`;
    case 'lost-pod':
      return `Nobody reported the end of the pod ${podUid}: it is metered up to the last time it was seen running (M3).`;
    case 'clock':
      return `The clock of the node was set forward while the pod ${podUid} ran: it is metered as long as it can have run (M1).`;
    case 'not-reported':
      return `The meter has ${found} GPU-seconds of the pod ${podUid}, and the cluster never reported that pod.`;
    case 'reused-uid':
      return `The cluster gave the pod ${podUid} the UID of an earlier one: nothing of it is metered (M2).`;
    case 'not-posted':
      return `${expected} GPU-seconds are metered, and the ledger has only ${found}: a charge is missing.`;
    case 'posted-long':
      return `${expected} GPU-seconds are metered, and the ledger has ${found}.`;
    case 'pending':
      return `A pod of the job changed after the last tick: ${expected} GPU-seconds are metered, and the next tick corrects the ${found} of the ledger (M4).`;
    case 'boundary':
      return `The job ran across the begin or end of the period, which is no month boundary: its charges are posted at ticks. Over its whole life meter and ledger agree.`;
    case 'statement-seconds':
      return `The ledger has ${expected} GPU-seconds, and the statement has ${found}.`;
    case 'statement-amount':
      return `The ledger has ${formatMoney(expected)}, and the statement has ${formatMoney(found)}.`;
    case 'statement-changed':
      return `The frozen statement of ${month} has not the digest that was stored with it: somebody changed it.`;
    case 'statement-balance':
      return `By the postings ${account} moved by ${amountIn(unit, expected)} in ${month}, by the statement by ${amountIn(unit, found)}.`;
  }
}

function amountIn(unit: Difference['unit'], amount: bigint): string {
  return unit === 'CNY' ? formatMoney(amount) : `${amount} GPU-seconds`;
}

/** What should be posted for a job in the period: metered, less what was refunded, with what is late (rules M8, T3). */
function expectedInLedger({ meteredGpuSeconds, refundedGpuSeconds, lateGpuSeconds }: JobSides): GpuSeconds {
  return meteredGpuSeconds - refundedGpuSeconds + lateGpuSeconds;
}

/** Whether meter and ledger of a job agree. */
export function isPosted(sides: JobSides): boolean {
  return expectedInLedger(sides) === sides.ledgerGpuSeconds;
}

/**
 * The differences between meter, ledger and statement of one job.
 * @param cause a known cause of a difference between meter and ledger
 */
export function jobDifferences(sides: JobSides, cause?: 'pending' | 'boundary'): Difference[] {
  const { tenantId, jobId, ledgerGpuSeconds, statementGpuSeconds } = sides;
  const about = { tenantId, jobId };
  const metered = expectedInLedger(sides);
  const found: Difference[] = [];
  if (metered !== ledgerGpuSeconds) {
    const code = cause ?? (ledgerGpuSeconds < metered ? 'not-posted' : 'posted-long');
    found.push(difference(code, about, { expected: metered, found: ledgerGpuSeconds }));
  }
  if (ledgerGpuSeconds !== statementGpuSeconds) {
    found.push(difference('statement-seconds', about, { expected: ledgerGpuSeconds, found: statementGpuSeconds }));
  }
  const amounts = [
    [sides.ledgerListFen, sides.statementListFen],
    [sides.ledgerPaidFen, sides.statementPaidFen],
  ] as const;
  const wrong = amounts.find(([ledger, statement]) => ledger !== statement);
  if (wrong !== undefined) found.push(difference('statement-amount', about, { expected: wrong[0], found: wrong[1], unit: 'CNY' }));
  return found;
}
