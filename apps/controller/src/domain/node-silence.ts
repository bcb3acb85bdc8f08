import type { Instant } from '#kernel';

/** A node's lease is renewed each ten seconds and lasts forty: after so many seconds without a renewal the node counts as silent. */
const SILENT_SECONDS = 60;
/** A lease that is renewed no more is forgotten after so long: its Node is gone. */
const FORGOTTEN_SECONDS = 86_400;
/** A node that was silent is believed again when its kubelet has had so much time to tell what became of its pods. */
const RETURN_SECONDS = 60;

/** What one leader has seen of a node's lease; all but the heartbeat by our own clock, since the node's may be another. */
export interface NodeLease {
  /** Last renewal, by the node's clock. */
  readonly heartbeat: Instant;
  /** When it was first seen. */
  readonly since: Instant;
  /** When the node was heard of again after it was silent. */
  readonly returnedAt?: Instant;
}

export type NodeLeases = ReadonlyMap<string, NodeLease>;

/**
 * The leases after one more look at them. What is not seen to change is counted only while somebody looked: after a longer absence
 * of ours, or of the API server, all nodes begin anew.
 * @param lastLookAt when it was looked before
 */
export function leasesAfter(
  known: NodeLeases,
  heartbeats: ReadonlyMap<string, Instant>,
  now: Instant,
  lastLookAt: Instant | undefined,
): Map<string, NodeLease> {
  const watched = lastLookAt !== undefined && now - lastLookAt < SILENT_SECONDS;
  const names = new Set([...known.keys(), ...heartbeats.keys()]);
  return new Map(
    [...names].flatMap((name) => {
      const [before, heartbeat] = [known.get(name), heartbeats.get(name)];
      if (before === undefined) return heartbeat === undefined ? [] : [[name, { heartbeat, since: now }]];
      // The lease goes with its Node, and is renewed no more.
      if (heartbeat === undefined && now - before.since >= FORGOTTEN_SECONDS) return [];
      if (heartbeat === undefined || heartbeat === before.heartbeat) return [[name, watched ? before : { ...before, since: now }]];
      const returnedAt = isSilent(before, now) ? now : before.returnedAt;
      return [[name, { heartbeat, since: now, ...(returnedAt !== undefined && now - returnedAt < RETURN_SECONDS && { returnedAt }) }]];
    }),
  );
}

/** Whether nothing was heard of the node for too long. */
export function isSilent({ since }: NodeLease, now: Instant): boolean {
  return now - since >= SILENT_SECONDS;
}

/** Whether the node is heard of, and has been for long enough that its word on its pods can be trusted. */
export function isHeard(lease: NodeLease, now: Instant): boolean {
  return !isSilent(lease, now) && lease.returnedAt === undefined;
}
