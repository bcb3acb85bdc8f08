import type { PodObservation } from '#cluster';
import type { Instant } from '#kernel';

/**
 * A kubelet that comes back, after a reboot for instance, renews its lease before it tells that its containers are gone. So a
 * heartbeat proves what ran only when the cluster still tells of no end so many seconds later.
 */
const REPORT_SECONDS = 10;

/** Heartbeats of nodes that could be believed, as they were at an instant. */
export interface Heartbeats {
  readonly at: Instant;
  readonly byNode: ReadonlyMap<string, Instant>;
}

/** The last of `samples` that is old enough to prove what still runs at `provenAt`; undefined where none is. */
export function provingSample(samples: readonly Heartbeats[], provenAt: Instant): Heartbeats | undefined {
  return samples.findLast(({ at }) => at + REPORT_SECONDS <= provenAt);
}

/** The samples that may still be of use once `now` is past, in their order. */
export function usefulSamples(samples: readonly Heartbeats[], now: Instant): Heartbeats[] {
  const proving = provingSample(samples, now);
  return samples.filter((sample) => proving === undefined || sample.at >= proving.at);
}

/**
 * When each pod was last seen running (rule M3): its node was alive by then, by the last renewal of the node's lease. The API server
 * alone is no witness: it goes on showing pods of a dead node as running for minutes. A pod without such a witness is left out.
 * @param running pods of which the cluster told no end, so much later that it would have
 */
export function lastSeen(running: readonly Pick<PodObservation, 'uid' | 'node'>[], { at, byNode }: Heartbeats): Map<string, Instant> {
  return new Map(
    running.flatMap(({ uid, node }) => {
      const heartbeat = node === undefined ? undefined : byNode.get(node);
      return heartbeat === undefined ? [] : [[uid, Math.min(at, heartbeat)] as const];
    }),
  );
}
