import { type GpuSeconds, type Instant, least } from '#kernel';
import { ABSORBED, type Step } from './allocation.ts';
import { type Admission, type FundingBook, heldBy, holdMoves } from './funding-book.ts';

/** What an admission must hold: `gpus` for `seconds` from now, as `holdTarget` says (rule F5). */
export interface HoldRequest {
  readonly admission: Admission;
  readonly gpus: bigint;
  readonly seconds: bigint;
}

export interface PlannedHold {
  /** What each source moves: positive into its hold, negative back to what is available. */
  readonly moves: ReadonlyMap<string, bigint>;
  /** GPU-seconds that the holds cover now. */
  readonly covered: GpuSeconds;
}

function covers(steps: readonly Step[]): boolean {
  return steps.every((step) => step.source !== ABSORBED);
}

function coveredBy(steps: readonly Step[]): GpuSeconds {
  return steps.reduce((sum, step) => (step.source === ABSORBED ? sum : sum + step.gpuSeconds), 0n);
}

/**
 * Renews the holds of one tenant's admissions (rule F5). Where the sources cannot hold everything, each admission gets the same number
 * of seconds for all of its GPUs. So jobs share the rest of a grant by seconds and GPUs, and it does not matter which started first.
 */
export function planHolds(book: FundingBook, requests: readonly HoldRequest[], at: Instant): Map<Admission, PlannedHold> {
  const before = new Map(requests.map(({ admission }) => [admission, heldBy(admission)]));
  const contested = requests.some((request) => !covers(renew(book, request, at)));
  if (contested && requests.length > 1) shareFairly(book, requests, at);
  return new Map(
    requests.map((request) => {
      const { admission } = request;
      const covered = coveredBy(renew(book, request, at));
      return [admission, { moves: holdMoves(before.get(admission) ?? new Map<string, bigint>(), heldBy(admission)), covered }];
    }),
  );
}

/** Sets the holds of one admission to what it asks for, as far as its sources can pay. */
function renew(book: FundingBook, { admission, gpus, seconds }: HoldRequest, at: Instant): Step[] {
  const steps = book.plan(admission, gpus * seconds, at);
  book.hold(admission, steps);
  return steps;
}

/** Places the longest holds that are equally long for all requests. Holds of closed sources stay with their admissions. */
function shareFairly(book: FundingBook, requests: readonly HoldRequest[], at: Instant): void {
  const fits = (seconds: bigint): boolean => {
    for (const { admission } of requests) book.releaseOpen(admission, at);
    let all = true;
    for (const { admission, gpus, seconds: asked } of requests) {
      const steps = book.plan(admission, gpus * least(asked, seconds), at);
      book.extendHold(admission, steps);
      all &&= covers(steps);
    }
    return all;
  };
  let enough = 0n;
  let tooMuch = requests.reduce((most, request) => (request.seconds > most ? request.seconds : most), 0n);
  while (tooMuch - enough > 1n) {
    const middle = (enough + tooMuch) / 2n;
    if (fits(middle)) enough = middle;
    else tooMuch = middle;
  }
  fits(enough);
}
