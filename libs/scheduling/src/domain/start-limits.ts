import type { PlaceableJob } from '#jobs';
import type { Policy } from './queue.ts';

/** Admitted jobs that wait for the creation of their pods. Others would hold money, and use up their start deadline, for nothing. */
const MOST_PENDING = 256;
/** Of one tenant. A tenant whose pods the cluster does not create must not hold up the admissions of the others. */
const MOST_PENDING_OF_TENANT = 64;

/** An admitted job as far as the creation of its pods is concerned. */
type ActiveJob = Pick<PlaceableJob, 'tenantId' | 'state'>;

/**
 * How many jobs a cycle may start, in all and of each tenant, so that few admitted jobs wait for their pods. What a tenant has pending
 * beyond its own share does not reduce the share of the others.
 */
export function startLimits(
  active: readonly ActiveJob[],
  queue: readonly Pick<PlaceableJob, 'tenantId'>[],
): Pick<Policy, 'mostStarts' | 'mostStartsOfTenant'> {
  const pending = new Map(
    [...Map.groupBy(active, ({ tenantId }) => tenantId)].map(([tenantId, own]) => {
      const waiting = own.filter(({ state }) => state === 'Admitted').length;
      return [tenantId, Math.min(waiting, MOST_PENDING_OF_TENANT)];
    }),
  );
  const tenants = new Set(queue.map(({ tenantId }) => tenantId));
  return {
    mostStarts: MOST_PENDING - [...pending.values()].reduce((sum, count) => sum + count, 0),
    mostStartsOfTenant: new Map([...tenants].map((id) => [id, MOST_PENDING_OF_TENANT - (pending.get(id) ?? 0)])),
  };
}
