import { least, type Month } from '#kernel';

/** What the grants of a programme may pay for one company, in all and in a business month, in the programme's unit; null: no cap. */
export interface Caps {
  readonly capPerTenant: bigint | null;
  readonly monthlyCapPerTenant: bigint | null;
}

/** What all grants of a programme have paid for a tenant: in all, and by business month (rule F4). */
export interface ProgrammeUse {
  total: bigint;
  readonly byMonth: Map<Month, bigint>;
}

/** How far the caps of a programme are used. */
export interface CapUse extends Caps {
  readonly paid: bigint;
  readonly paidThisMonth: bigint;
}

/** More than any amount: what a programme without caps leaves. */
const UNLIMITED = BigInt(Number.MAX_SAFE_INTEGER);

export function isCapped({ capPerTenant, monthlyCapPerTenant }: Caps): boolean {
  return capPerTenant !== null || monthlyCapPerTenant !== null;
}

/** How far `caps` are used in `month` (rule F4). Caps are enforced and displayed from this figure. */
export function capUse({ capPerTenant, monthlyCapPerTenant }: Caps, use: ProgrammeUse | undefined, month: Month): CapUse {
  return { capPerTenant, monthlyCapPerTenant, paid: use?.total ?? 0n, paidThisMonth: use?.byMonth.get(month) ?? 0n };
}

/** What the caps still allow, less `held`, which jobs hold of the programme and have not paid yet (rule F4). It can be negative. */
export function remainingCap({ capPerTenant, monthlyCapPerTenant, paid, paidThisMonth }: CapUse, held: bigint): bigint {
  const inAll = capPerTenant === null ? UNLIMITED : capPerTenant - paid - held;
  const inMonth = monthlyCapPerTenant === null ? UNLIMITED : monthlyCapPerTenant - paidThisMonth - held;
  return least(UNLIMITED, inAll, inMonth);
}
