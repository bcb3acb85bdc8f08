import type { Instant } from '#kernel';

/** A kubelet renews the lease of its node every ten seconds, and the lease lasts forty. A node without a renewal for this long is silent. */
const SILENT_SECONDS = 60;
/** A lease that is gone is forgotten after this time: its Node was deleted. */
const FORGOTTEN_SECONDS = 86_400;
/** A node that was silent is trusted again after this time: its kubelet has reported by then what happened to its pods. */
const RETURN_SECONDS = 60;

/** What one leader has seen of a node's lease. All instants but the heartbeat are by our own clock, because the node's clock may differ. */
export interface NodeLease {
  /** Last renewal, by the node's clock. */
  readonly heartbeat: Instant;
  /** When this heartbeat was first seen. */
  readonly since: Instant;
  /** When the node renewed its lease again after it had been silent. */
  readonly returnedAt?: Instant;
}

export type NodeLeases = ReadonlyMap<string, NodeLease>;

/**
 * The leases after one more observation. The time without a change counts only while somebody observed: after a longer absence of
 * the controller or of the API server, it begins anew for all nodes.
 * @param observedAt when the leases were observed last
 */
export function leasesAfter(
  known: NodeLeases,
  heartbeats: ReadonlyMap<string, Instant>,
  now: Instant,
  observedAt: Instant | undefined,
): Map<string, NodeLease> {
  const watched = observedAt !== undefined && now - observedAt < SILENT_SECONDS;
  const names = new Set([...known.keys(), ...heartbeats.keys()]);
  return new Map(
    [...names].flatMap((name) => {
      const [before, heartbeat] = [known.get(name), heartbeats.get(name)];
      if (before === undefined) return heartbeat === undefined ? [] : [[name, { heartbeat, since: now }]];
      // Kubernetes deletes the lease together with its Node.
      if (heartbeat === undefined && now - before.since >= FORGOTTEN_SECONDS) return [];
      if (heartbeat === undefined || heartbeat === before.heartbeat) return [[name, watched ? before : { ...before, since: now }]];
      const returnedAt = isSilent(before, now) ? now : before.returnedAt;
      return [[name, { heartbeat, since: now, ...(returnedAt !== undefined && now - returnedAt < RETURN_SECONDS && { returnedAt }) }]];
    }),
  );
}

/** Whether the node has not renewed its lease for too long (rule M3). */
export function isSilent({ since }: NodeLease, now: Instant): boolean {
  return now - since >= SILENT_SECONDS;
}

/** Whether the node renews its lease, and has done so for long enough that its reports on its pods can be trusted (rule M3). */
export function isTrusted(lease: NodeLease, now: Instant): boolean {
  return !isSilent(lease, now) && lease.returnedAt === undefined;
}
