import { compareBytes, type Fen, type GpuSeconds, invariant, type Month, parseAccountCode, type Unit } from '#kernel';

/** The part of one job's cost in the month that one source covered. */
export interface SourceShare {
  /** `grant:<id>`, `wallet` or `absorbed`. */
  readonly source: string;
  readonly unit: Unit;
  readonly gpuSeconds: GpuSeconds;
  /** Paid, in `unit`. */
  readonly amount: bigint;
  /** List cost that it covered, in fen. */
  readonly listFen: Fen;
}

/** Usage of one job, corrections counted in. */
export interface JobUsage {
  readonly jobId: string;
  readonly gpuClass: string;
  readonly shares: readonly SourceShare[];
  readonly totals: UsageTotals;
}

/** `listFen = subsidyFen + selfPaidFen + absorbedFen`. */
export interface UsageTotals {
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** List cost that grants covered. */
  readonly subsidyFen: Fen;
  readonly selfPaidFen: Fen;
  readonly absorbedFen: Fen;
}

/** A grant or the wallet over the month, what is held counted in: opening + Σ movements = closing (rule T2). */
export interface AccountSheet {
  readonly account: string;
  readonly unit: Unit;
  readonly opening: bigint;
  readonly movements: readonly { readonly kind: string; readonly amount: bigint }[];
  readonly closing: bigint;
}

/** A tenant's month (rule T1): a function of the ledger entries that take effect in it. */
export interface Statement {
  readonly tenantId: string;
  readonly month: Month;
  readonly accounts: readonly AccountSheet[];
  readonly jobs: readonly JobUsage[];
  readonly totals: UsageTotals;
}

/** A grant as a source of a statement. */
export function grantSource(grantId: string): string {
  return `grant:${grantId}`;
}

/** The source that an account belongs to: both sides of a grant or wallet are one source. */
export function sourceOf(account: string): string {
  const { kind, owner } = parseAccountCode(account);
  return kind === 'grant' ? grantSource(owner) : kind;
}

/** Sums of shares: who covered which part of the list cost. */
export function totalsOf(shares: Iterable<SourceShare>): UsageTotals {
  let [seconds, list, subsidy, selfPaid, absorbed] = [0n, 0n, 0n, 0n, 0n];
  for (const { source, gpuSeconds, listFen } of shares) {
    seconds += gpuSeconds;
    list += listFen;
    if (source === 'wallet') selfPaid += listFen;
    else if (source === 'absorbed') absorbed += listFen;
    else subsidy += listFen;
  }
  return { gpuSeconds: seconds, listFen: list, subsidyFen: subsidy, selfPaidFen: selfPaid, absorbedFen: absorbed };
}

/**
 * Adds shares of the same source together, sorted by source; those that took and paid nothing are left out. A month has a million of
 * them, so each becomes one object, and what else the caller keeps with a share is not copied.
 */
export function mergeShares(shares: readonly SourceShare[]): SourceShare[] {
  const merged = new Map<string, { -readonly [K in keyof SourceShare]: SourceShare[K] }>();
  for (const { source, unit, gpuSeconds, amount, listFen } of shares) {
    const known = merged.get(source);
    if (known === undefined) {
      merged.set(source, { source, unit, gpuSeconds, amount, listFen });
      continue;
    }
    invariant(known.unit === unit, `${source} pays in one unit`);
    known.gpuSeconds += gpuSeconds;
    known.amount += amount;
    known.listFen += listFen;
  }
  const counted = [...merged.values()].filter((share) => share.gpuSeconds !== 0n || share.amount !== 0n);
  return counted.sort((a, b) => compareBytes(a.source, b.source));
}

interface AccountPart {
  readonly account: string;
  readonly unit: Unit;
  readonly opening: bigint;
  readonly closing: bigint;
  readonly movements: readonly { readonly kind: string; readonly amount: bigint }[];
}

/** One sheet per grant and wallet: movements between its available and its held side cancel out. */
export function accountSheets(parts: readonly AccountPart[]): AccountSheet[] {
  const bySource = Map.groupBy(parts, (part) => `${sourceOf(part.account)} ${part.unit}`);
  const sheets = [...bySource.values()].map((own) => {
    const kinds = Map.groupBy(
      own.flatMap((part) => part.movements),
      (movement) => movement.kind,
    );
    const movements = [...kinds]
      .map(([kind, moved]) => ({ kind, amount: moved.reduce((sum, { amount }) => sum + amount, 0n) }))
      .filter(({ amount }) => amount !== 0n)
      .sort((a, b) => compareBytes(a.kind, b.kind));
    const opening = own.reduce((sum, part) => sum + part.opening, 0n);
    const closing = own.reduce((sum, part) => sum + part.closing, 0n);
    const moved = movements.reduce((sum, { amount }) => sum + amount, 0n);
    invariant(opening + moved === closing, 'opening and movements make the closing balance (T2)');
    return { account: sourceOf(own[0]?.account ?? ''), unit: own[0]?.unit ?? 'CNY', opening, movements, closing };
  });
  return sheets.sort((a, b) => compareBytes(a.account, b.account) || compareBytes(a.unit, b.unit));
}

/** The statement of a month from its accounts and charges (rules T1, T2). */
export function statementOf(
  tenantId: string,
  month: Month,
  parts: readonly AccountPart[],
  charges: readonly (SourceShare & { readonly jobId: string; readonly gpuClass: string })[],
): Statement {
  const jobs = [...Map.groupBy(charges, (charge) => charge.jobId)]
    .map(([jobId, own]) => {
      const shares = mergeShares(own);
      return { jobId, gpuClass: own[0]?.gpuClass ?? '', shares, totals: totalsOf(shares) };
    })
    .filter((job) => job.shares.length > 0)
    .sort((a, b) => compareBytes(a.jobId, b.jobId));
  return { tenantId, month, accounts: accountSheets(parts), jobs, totals: totalsOf(jobs.flatMap((job) => job.shares)) };
}
