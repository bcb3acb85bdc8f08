import type { GpuSeconds, Instant } from '#kernel';
import { ABSORBED } from './allocation.ts';
import type { Admission, FundingBook } from './funding-book.ts';

/** An admission that is to hold `needed` GPU-seconds before it starts. */
export interface AskedHold<A extends Admission> {
  readonly admission: A;
  readonly needed: GpuSeconds;
}

/** Why a hold cannot be placed: what it needs, and what the sources can still hold for it. */
export interface HoldRefusal {
  readonly needed: GpuSeconds;
  readonly holdable: GpuSeconds;
}

/**
 * Places first holds of one tenant one after the other, each in full or not at all (rule F5). What one holds, the next has no more. So a
 * refusal is also the answer for all later ones of the same class and price that need as much or more.
 * @returns the refusals; all others are held
 */
export function planOpenings<A extends Admission>(book: FundingBook, asked: readonly AskedHold<A>[], at: Instant): Map<A, HoldRefusal> {
  const refused = new Map<A, HoldRefusal>();
  /** The smallest hold that was refused, by what decides who pays. */
  const smallest = new Map<string, HoldRefusal>();
  for (const { admission, needed } of asked) {
    const { gpuClass, fenPerGpuHour, selfPay } = admission;
    const kind = `${gpuClass}/${fenPerGpuHour}/${selfPay}`;
    const before = smallest.get(kind);
    if (before !== undefined && needed >= before.needed) {
      refused.set(admission, { needed, holdable: before.holdable });
      continue;
    }
    const steps = book.plan(admission, needed, at);
    const missing = steps.find(({ source }) => source === ABSORBED);
    if (missing === undefined) {
      book.hold(admission, steps);
      // Now less can be held than those refusals say.
      smallest.clear();
      continue;
    }
    const refusal = { needed, holdable: needed - missing.gpuSeconds };
    refused.set(admission, refusal);
    smallest.set(kind, refusal);
  }
  return refused;
}
