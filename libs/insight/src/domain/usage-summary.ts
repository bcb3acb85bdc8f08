import { compareBytes, type Fen, type GpuSeconds, invariant, type Unit } from '#kernel';

/** What one kind of payer, and of grants one programme, paid for the usage of a GPU class on a day. */
export interface PaidUsage {
  /** A day of the ledger, such as `2026-10-01`; a month such as `2026-10` where days are summed up to months. */
  readonly period: string;
  readonly gpuClass: string;
  readonly payer: 'grant' | 'wallet' | 'absorbed';
  /** Of a grant. */
  readonly programmeId: string | null;
  readonly unit: Unit;
  /** In `unit`. */
  readonly paid: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
}

/** `listFen = subsidyFen + selfPaidFen + absorbedFen`. */
export interface UsageSum {
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** List cost that grants covered. */
  readonly subsidyFen: Fen;
  readonly selfPaidFen: Fen;
  /** Written off by the park (rule F7). */
  readonly absorbedFen: Fen;
}

/** What the grants of a programme paid. */
export interface ProgrammeSpend {
  readonly programmeId: string;
  readonly unit: Unit;
  /** In `unit`. */
  readonly paid: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
}

/** The usage of one GPU class in one period. */
export interface ClassUsage extends UsageSum {
  readonly period: string;
  readonly gpuClass: string;
  readonly programmes: readonly ProgrammeSpend[];
}

/** Usage by period and class, and in sum. */
export interface UsageSummary {
  readonly items: readonly ClassUsage[];
  readonly totals: UsageSum;
  readonly programmes: readonly ProgrammeSpend[];
}

const COLUMN_OF = { grant: 'subsidyFen', wallet: 'selfPaidFen', absorbed: 'absorbedFen' } as const;

/** Sums of what was paid: who covered which part of the list cost. */
export function usageSum(paid: readonly Pick<PaidUsage, 'payer' | 'gpuSeconds' | 'listFen'>[]): UsageSum {
  const sum = { gpuSeconds: 0n, listFen: 0n, subsidyFen: 0n, selfPaidFen: 0n, absorbedFen: 0n };
  for (const { payer, gpuSeconds, listFen } of paid) {
    sum.gpuSeconds += gpuSeconds;
    sum.listFen += listFen;
    sum[COLUMN_OF[payer]] += listFen;
  }
  return sum;
}

/** What each programme paid, in the order of their ids. */
export function spendByProgramme(paid: readonly PaidUsage[]): ProgrammeSpend[] {
  const spends = new Map<string, ProgrammeSpend>();
  for (const { programmeId, unit, paid: amount, gpuSeconds, listFen } of paid) {
    if (programmeId === null) continue;
    const known = spends.get(programmeId) ?? { programmeId, unit, paid: 0n, gpuSeconds: 0n, listFen: 0n };
    invariant(known.unit === unit, `programme ${programmeId} pays in one unit`);
    const summed = { paid: known.paid + amount, gpuSeconds: known.gpuSeconds + gpuSeconds, listFen: known.listFen + listFen };
    spends.set(programmeId, { programmeId, unit, ...summed });
  }
  return [...spends.values()].sort((a, b) => compareBytes(a.programmeId, b.programmeId));
}

/** Usage by period and class, in that order, and in sum. */
export function summarize(paid: readonly PaidUsage[]): UsageSummary {
  const items = [...Map.groupBy(paid, ({ period, gpuClass }) => `${period} ${gpuClass}`).values()].map((own): ClassUsage => {
    const [{ period, gpuClass }] = own as [PaidUsage];
    return { period, gpuClass, ...usageSum(own), programmes: spendByProgramme(own) };
  });
  items.sort((a, b) => compareBytes(a.period, b.period) || compareBytes(a.gpuClass, b.gpuClass));
  return { items, totals: usageSum(paid), programmes: spendByProgramme(paid) };
}
