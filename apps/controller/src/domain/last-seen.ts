import type { PodObservation } from '#cluster';
import type { Instant } from '#kernel';

/** A pod of which the cluster knew nothing else than that it runs, until an instant. */
export interface Trace {
  readonly pod: Pick<PodObservation, 'uid' | 'node'>;
  readonly until: Instant;
}

/**
 * When each pod was last seen running (rule M3): both its node was alive, by the last renewal of the node's lease, and the cluster
 * had told of no end by then. The API server alone is no witness: it goes on showing pods of a dead node as running for minutes.
 * A pod without such a witness is left out.
 * @param heartbeats the last sign of life of each node
 */
export function lastSeen(traces: readonly Trace[], heartbeats: ReadonlyMap<string, Instant>): Map<string, Instant> {
  return new Map(
    traces.flatMap(({ pod, until }) => {
      const heartbeat = pod.node === undefined ? undefined : heartbeats.get(pod.node);
      return heartbeat === undefined ? [] : [[pod.uid, Math.min(until, heartbeat)] as const];
    }),
  );
}
