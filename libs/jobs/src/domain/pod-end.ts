/** What the cluster says of how a pod ended. */
export interface PodEnd {
  /** Reason of the pod, of its disruption or of its main container's end, such as `Evicted`, `OOMKilled`, `ContainerStatusUnknown`. */
  readonly reason?: string;
  readonly exitCode?: number;
  /** The cluster marked it as a target of a disruption. */
  readonly disrupted: boolean;
}

/** Whose doing the end of a pod was: it came to its own good end, its user's process failed, or the platform took it away. */
export type PodEndCause = 'completed' | 'user' | 'platform';

/** Reasons that only the platform gives: what ran did not end by itself, and its exit code is invented or nobody knows it. */
const PLATFORM_REASONS: ReadonlySet<string> = new Set([
  // The kubelet or containerd lost sight of the container, after a reboot for instance.
  'ContainerStatusUnknown',
  'Unknown',
  'NodeLost',
  // The kubelet ended it: pressure on the node, or the node's shutdown.
  'Evicted',
  'NodeShutdown',
  'Shutdown',
  'Terminated',
  'Preempting',
]);

/**
 * Whose doing the end of a pod was. It is asked of ended pods only; what we stopped ourselves is for the caller to know, because a
 * process that obeys SIGTERM ends as it likes.
 */
export function causeOfPodEnd({ reason, exitCode, disrupted }: PodEnd): PodEndCause {
  if (exitCode === 0) return 'completed';
  return disrupted || (reason !== undefined && PLATFORM_REASONS.has(reason)) ? 'platform' : 'user';
}
