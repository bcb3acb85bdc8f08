import type { Instant } from '#kernel';

/**
 * A kubelet that returns, for example after a reboot, renews its lease before it reports that its containers are gone. So a heartbeat
 * proves that a pod ran only if the cluster still reports no end of the pod this many seconds later.
 */
const REPORT_SECONDS = 10;

/** Heartbeats of the nodes that can be trusted, as they were at an instant. */
export interface Heartbeats {
  readonly at: Instant;
  readonly byNode: ReadonlyMap<string, Instant>;
}

/** A pod that runs as far as the cluster reports. */
export interface RunningPod {
  readonly uid: string;
  readonly node?: string;
}

/** The latest of `samples` that is old enough to prove what still runs at `provenAt`; undefined where none is. */
export function provingSample(samples: readonly Heartbeats[], provenAt: Instant): Heartbeats | undefined {
  return samples.findLast(({ at }) => at + REPORT_SECONDS <= provenAt);
}

/** The samples that can still be of use after `now`, in their order. */
export function usefulSamples(samples: readonly Heartbeats[], now: Instant): Heartbeats[] {
  const proving = provingSample(samples, now);
  return samples.filter((sample) => proving === undefined || sample.at >= proving.at);
}

/**
 * When each pod was last seen running (rule M3): the last renewal of its node's lease proves that the node was alive. The API server
 * alone proves nothing: it shows pods of a dead node as running for minutes. A pod whose node has no trusted heartbeat is left out.
 * @param running pods of which the cluster reports no end, `REPORT_SECONDS` after the heartbeats or later
 */
export function lastSeen(running: readonly RunningPod[], { at, byNode }: Heartbeats): Map<string, Instant> {
  return new Map(
    running.flatMap(({ uid, node }) => {
      const heartbeat = node === undefined ? undefined : byNode.get(node);
      return heartbeat === undefined ? [] : [[uid, Math.min(at, heartbeat)] as const];
    }),
  );
}
