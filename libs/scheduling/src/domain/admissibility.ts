import type { PlaceableJob } from '#jobs';
import { formatInstant, type Instant } from '#kernel';
import type { Company } from '#tenancy';
import type { InadmissibleReason, QueuedJob } from './queue.ts';

/** Why a cycle must not admit a queued job, whatever is free in the cluster (rule S6); undefined where it may. */
export function inadmissibleReason(
  { requeue }: Pick<PlaceableJob, 'requeue'>,
  company: Pick<Company, 'name' | 'status'> | undefined,
  now: Instant,
): InadmissibleReason | undefined {
  if (company !== undefined && company.status !== 'active')
    return { reason: 'paused tenant', detail: `${company.name} is ${company.status}.` };
  // It did not start before, and waits a while until it is tried again (rule J4).
  if (requeue === null || requeue.notBefore <= formatInstant(now)) return undefined;
  return { reason: 'back-off', detail: `${requeue.detail} It is tried again after ${requeue.notBefore}.` };
}

/** The nodes that a queued job avoids because they rejected its pods, and why, for its tenant; nothing where there are none. */
export function avoidedNodes({ requeue }: Pick<PlaceableJob, 'requeue'>, now: Instant): Pick<QueuedJob, 'avoidedNodes' | 'avoidedBecause'> {
  const avoided = Object.entries(requeue?.avoidedNodes ?? {}).filter(([, until]) => until > formatInstant(now));
  if (requeue === null || avoided.length === 0) return {};
  const names = avoided.map(([name]) => name);
  return { avoidedNodes: new Set(names), avoidedBecause: `${requeue.detail} It avoids ${names.join(', ')} for a while.` };
}
