import { type GpuSeconds, type Instant, least } from '#kernel';
import { gpuSecondsBefore, type UsageInterval } from './usage.ts';

/**
 * GPU-seconds that an ended attempt lost when the platform failed it (rule M8): all since its last checkpoint mark, or since its start
 * where it has none. They are the last seconds that it used, so they are also the last that it was charged for.
 * @param charged GPU-seconds that the attempt is still charged for: more cannot be refunded
 */
export function lostGpuSeconds(intervals: readonly UsageInterval[], checkpointAt: Instant | undefined, charged: GpuSeconds): GpuSeconds {
  const used = gpuSecondsBefore(intervals, Number.POSITIVE_INFINITY);
  const kept = checkpointAt === undefined ? 0n : gpuSecondsBefore(intervals, checkpointAt);
  return least(used - kept, charged);
}
