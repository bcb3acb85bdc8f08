import { type HoldPolicy, type HoldRefusal, InsufficientFunds, targetGpuSeconds } from '#funding';
import { firstHold, type PlaceableJob } from '#jobs';
import { type RefusedStart, withoutFunds } from './admissions.ts';

/**
 * The jobs of `waiting` whose funds cannot be held either, because a job of the same company, class and sources could not hold as much or
 * less. So a company without funds costs one attempt, however many jobs it has in the queue.
 */
export function alikeRefusals(refused: readonly RefusedStart[], waiting: readonly PlaceableJob[], policy: HoldPolicy): RefusedStart[] {
  const smallest = new Map<string, HoldRefusal>();
  for (const { job, hold } of refused) {
    const known = smallest.get(sourcesOf(job));
    if (hold !== undefined && (known === undefined || hold.needed < known.needed)) smallest.set(sourcesOf(job), hold);
  }
  if (smallest.size === 0) return [];
  const tried = new Set(refused.map(({ job }) => job.id));
  return waiting.flatMap((job): RefusedStart[] => {
    const known = smallest.get(sourcesOf(job));
    if (known === undefined || tried.has(job.id)) return [];
    const needed = targetGpuSeconds(firstHold(job, policy));
    if (needed < known.needed) return [];
    return [withoutFunds(job, new InsufficientFunds({ needed, holdable: known.holdable }))];
  });
}

function sourcesOf({ tenantId, gpuClass, selfPay }: PlaceableJob): string {
  return `${tenantId}/${gpuClass}/${selfPay}`;
}
