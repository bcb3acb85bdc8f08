import type { Instant } from '#kernel';
import { ABSORBED } from './allocation.ts';
import type { Admission, FundingBook } from './funding-book.ts';
import type { AskedHold, HoldRefusal } from './plan-openings.ts';

/**
 * Which first holds of one tenant cannot be placed (rule F5), each as if it were the only one. Sources pay for an admission second by second
 * in one order, so the largest hold of a class and price also answers for all smaller ones. It changes nothing in `book`.
 */
export function refusedSingly<A extends Admission>(book: FundingBook, asked: readonly AskedHold<A>[], at: Instant): Map<A, HoldRefusal> {
  const alike = Map.groupBy(asked, ({ admission: { gpuClass, fenPerGpuHour, selfPay } }) => `${gpuClass}/${fenPerGpuHour}/${selfPay}`);
  const refused = new Map<A, HoldRefusal>();
  for (const group of alike.values()) {
    const largest = group.reduce((most, each) => (each.needed > most.needed ? each : most));
    const missing = book.plan(largest.admission, largest.needed, at).find(({ source }) => source === ABSORBED);
    if (missing === undefined) continue;
    const holdable = largest.needed - missing.gpuSeconds;
    for (const { admission, needed } of group) if (needed > holdable) refused.set(admission, { needed, holdable });
  }
  return refused;
}
