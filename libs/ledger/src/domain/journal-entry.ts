import {
  type AccountCode,
  DomainError,
  type Fen,
  formatAmount,
  type GpuSeconds,
  type Instant,
  type Month,
  type Unit,
  invariant,
} from '#kernel';

/** The kinds of entries: what a statement calls them. */
export const ENTRY_KINDS = [
  'budget.appropriated',
  'grant.opened',
  'grant.amended',
  'grant.lapsed',
  'grant.clawed-back',
  'grant.carried-over',
  'wallet.topped-up',
  'wallet.refunded',
  'hold.placed',
  'hold.released',
  'usage.metered',
  'usage.corrected',
  'usage.refunded',
  'adjustment',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The kinds of entries that charge usage or give it back. */
export const USAGE_KINDS = ['usage.metered', 'usage.corrected', 'usage.refunded'] as const satisfies readonly EntryKind[];

const usageKinds: ReadonlySet<EntryKind> = new Set(USAGE_KINDS);

/** Whether entries of this kind charge usage or give it back. */
export function isUsage(kind: EntryKind): boolean {
  return usageKinds.has(kind);
}

/** One line of an entry. */
export interface Posting {
  readonly account: AccountCode;
  readonly unit: Unit;
  /** Into the account where positive, out of it where negative; fen or GPU-seconds by `unit`. */
  readonly amount: bigint;
  /** Memo on the paying side of a charge: the GPU-seconds it pays for; negative on a correction. Takes no part in the balance. */
  readonly gpuSeconds?: GpuSeconds;
  /** Memo beside `gpuSeconds`: the list cost of those seconds. */
  readonly listFen?: Fen;
}

/** A journal entry to be posted: at least two postings that sum to zero per unit (rule L1). */
export interface JournalEntry {
  /** Idempotency key (rule L3). Writers of many entries begin it with the instant, see `timedKey`. */
  readonly key: string;
  readonly kind: EntryKind;
  readonly effectiveAt: Instant;
  readonly tenantId?: string;
  readonly jobId?: string;
  /** Id of the entry that this one corrects (rule L2). */
  readonly corrects?: string;
  /** The month that a late fact belongs to, where its own is closed (rule T3). */
  readonly belongsTo?: Month;
  readonly reason?: string;
  readonly postings: readonly Posting[];
}

/** An entry as the ledger keeps it. */
export interface RecordedEntry extends JournalEntry {
  /** `entry_…`, in the order of recording. */
  readonly id: string;
  readonly recordedAt: Date;
}

export interface Transfer {
  readonly from: AccountCode;
  readonly to: AccountCode;
  readonly unit: Unit;
  /** Not negative. */
  readonly amount: bigint;
  readonly gpuSeconds?: GpuSeconds;
  readonly listFen?: Fen;
}

/**
 * The two postings that move `amount` from one account to another; a memo is on the paying side, `from`.
 * @throws DomainError `ledger.negative-amount`
 */
export function transfer({ from, to, unit, amount, gpuSeconds, listFen }: Transfer): [Posting, Posting] {
  if (amount < 0n) {
    throw new DomainError('ledger.negative-amount', {
      field: '/amount',
      detail: `${formatAmount(unit, amount)} cannot be moved from ${from} to ${to}: the amount is negative.`,
      remedy: 'Swap the two accounts, or post a correction.',
    });
  }
  const memo = { ...(gpuSeconds !== undefined && { gpuSeconds }), ...(listFen !== undefined && { listFen }) };
  return [
    { account: from, unit, amount: -amount, ...memo },
    { account: to, unit, amount },
  ];
}

export interface Reversal {
  readonly key: string;
  readonly effectiveAt: Instant;
  readonly reason: string;
  readonly belongsTo?: Month;
}

/** The entry that takes back `entry` to the last posting and names it (rule L2). */
export function reversal(entry: RecordedEntry, { key, effectiveAt, reason, belongsTo }: Reversal): JournalEntry {
  return {
    key,
    kind: entry.kind === 'usage.metered' || entry.kind === 'usage.corrected' ? 'usage.corrected' : 'adjustment',
    effectiveAt,
    ...(entry.tenantId !== undefined && { tenantId: entry.tenantId }),
    ...(entry.jobId !== undefined && { jobId: entry.jobId }),
    corrects: entry.id,
    ...(belongsTo !== undefined && { belongsTo }),
    reason,
    postings: entry.postings.map((posting) => ({
      account: posting.account,
      unit: posting.unit,
      amount: -posting.amount,
      ...(posting.gpuSeconds !== undefined && { gpuSeconds: -posting.gpuSeconds }),
      ...(posting.listFen !== undefined && { listFen: -posting.listFen }),
    })),
  };
}

const INSTANT_DIGITS = 11;

/**
 * An idempotency key that sorts by time. The keys' index then takes the entries of a tick at one place, so that a tick costs the same
 * however long the ledger has grown; with keys that begin with a job, each of them would touch a page of its own.
 */
export function timedKey(at: Instant, ...parts: readonly (string | number)[]): string {
  invariant(at >= 0, `a key takes an instant after 1970, got ${at}`);
  return [at.toString().padStart(INSTANT_DIGITS, '0'), ...parts].join('/');
}
