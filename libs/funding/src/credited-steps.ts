import type { RecordedEntry } from '#ledger';
import type { Step } from './domain/allocation.ts';
import { sourceOf } from './charged-segments.ts';

/** What a refund gave back, in the order of the seconds it gave back: the inverse of `creditPostings`. */
export function creditedSteps({ postings }: RecordedEntry): Step[] {
  const steps: Step[] = [];
  for (const { account, unit, amount, gpuSeconds, listFen = 0n } of postings) {
    // The other side, what the cluster had earned, has no memo.
    if (gpuSeconds === undefined) continue;
    const beside = gpuSeconds === 0n ? steps.pop() : undefined;
    if (beside === undefined)
      steps.push({ source: sourceOf(account), unit, gpuSeconds: -gpuSeconds, listFen: -listFen, amount, selfPaid: 0n });
    else steps.push({ ...beside, listFen: beside.listFen + amount, selfPaid: amount });
  }
  return steps.toReversed();
}
