import type { PodObservation } from '#cluster';
import type { Instant } from '#kernel';

/**
 * When each pod was last seen running (rule M3): its node was alive by then, by the last renewal of the node's lease, and the
 * cluster is known to have told of no end by `provenUntil`. The API server alone is no witness: it goes on showing pods of a dead
 * node as running for minutes. A pod without such a witness is left out.
 * @param running pods of which the cluster told no end
 * @param heartbeats the last sign of life of each node
 */
export function lastSeen(
  running: readonly Pick<PodObservation, 'uid' | 'node'>[],
  provenUntil: Instant,
  heartbeats: ReadonlyMap<string, Instant>,
): Map<string, Instant> {
  return new Map(
    running.flatMap(({ uid, node }) => {
      const heartbeat = node === undefined ? undefined : heartbeats.get(node);
      return heartbeat === undefined ? [] : [[uid, Math.min(provenUntil, heartbeat)] as const];
    }),
  );
}
