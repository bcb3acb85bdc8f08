/** What the cluster reports of how a pod ended. */
export interface PodEnd {
  /** Reason of the pod, of its disruption or of its main container's end, such as `Evicted`, `OOMKilled`, `ContainerStatusUnknown`. */
  readonly reason?: string;
  readonly exitCode?: number;
  /** The cluster marked it as a target of a disruption. */
  readonly disrupted: boolean;
}

/** Who caused the end of a pod: it completed, its user's process failed, or the platform took it away. */
export type PodEndCause = 'completed' | 'user' | 'platform';

/** Reasons of the platform. The process did not end by itself, and its exit code is invented or unknown. */
const PLATFORM_REASONS: ReadonlySet<string> = new Set([
  // The kubelet or containerd lost the container, for example after a reboot.
  'ContainerStatusUnknown',
  'Unknown',
  'NodeLost',
  // The kubelet ended it because of pressure on the node, or because the node shut down.
  'Evicted',
  'NodeShutdown',
  'Shutdown',
  'Terminated',
  'Preempting',
]);

/**
 * Who caused the end of a pod. To be asked of ended pods only. The caller must know which pods the controller stopped itself, because a
 * process that obeys SIGTERM can leave with any exit code.
 */
export function causeOfPodEnd({ reason, exitCode, disrupted }: PodEnd): PodEndCause {
  if (exitCode === 0) return 'completed';
  return disrupted || (reason !== undefined && PLATFORM_REASONS.has(reason)) ? 'platform' : 'user';
}
