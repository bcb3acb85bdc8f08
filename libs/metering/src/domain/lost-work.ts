import { type GpuSeconds, type Instant, least } from '#kernel';
import { gpuSecondsBefore, type UsageInterval } from './usage.ts';

/**
 * GPU-seconds that an ended attempt used in vain when the platform failed it (rule M8): all since its last checkpoint mark, or since
 * its start where it marked none. They are the last of what it used, so they are the last of what it was charged.
 * @param charged GPU-seconds of it that stand charged: no more can be given back
 */
export function lostGpuSeconds(intervals: readonly UsageInterval[], checkpointAt: Instant | undefined, charged: GpuSeconds): GpuSeconds {
  const used = gpuSecondsBefore(intervals, Number.POSITIVE_INFINITY);
  const kept = checkpointAt === undefined ? 0n : gpuSecondsBefore(intervals, checkpointAt);
  return least(used - kept, charged);
}
