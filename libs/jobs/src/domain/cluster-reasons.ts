import { type ClusterReason, CLUSTER_REASONS, type ClusterReasonCode } from './cluster-reason-texts.ts';

/** What the cluster reports of a pod: Kubernetes' reason, such as `ErrImagePull`, and its message. */
export interface ReportedReason {
  readonly reason: string;
  readonly message: string;
}

/** A reported reason for people: a stable code, a sentence, and what they can do. */
export interface ExplainedReason extends ClusterReason {
  readonly code: ClusterReasonCode;
}

export type { ClusterReasonCode };

/** The code of each reason that means the same whatever its message is. */
const BY_REASON: ReadonlyMap<string, ClusterReasonCode> = new Map(
  Object.entries<readonly string[]>({
    'image-name-invalid': ['InvalidImageName', 'InspectFailed'],
    'image-not-on-node': ['ErrImageNeverPull'],
    'image-pull-failed': ['ErrImagePull', 'ImagePullBackOff', 'ImageInspectError', 'RegistryUnavailable', 'SignatureValidationFailed'],
    'container-config-invalid': ['CreateContainerConfigError'],
    'container-not-created': ['CreateContainerError', 'PreCreateHookError'],
    'container-not-started': [
      ...['RunContainerError', 'StartError', 'ContainerCannotRun', 'PreStartHookError', 'PostStartHookError'],
      ...['FailedPostStartHook', 'FailedPreStopHook'],
    ],
    'container-restarting': ['CrashLoopBackOff'],
    'out-of-memory': ['OOMKilled', 'OOMKilling'],
    'node-rejected': [
      ...['UnexpectedAdmissionError', 'NodeAffinity', 'NodeName', 'NodePorts', 'NodeUnschedulable', 'TopologyAffinityError'],
      ...['SMTAlignmentError', 'InvalidNodeInfo', 'UnsupportedPodLevelResources', 'OutOfcpu', 'OutOfmemory', 'OutOfpods'],
      ...['OutOfephemeral-storage', 'PodOSNotSupported', 'PodOSSelectorNodeLabelDoesNotMatch'],
    ],
    unschedulable: ['FailedScheduling', 'Unschedulable', 'NotTriggerScaleUp'],
    preempted: ['Preempted', 'PreemptionByScheduler', 'Preempting'],
    drained: ['EvictionByEvictionAPI'],
    'node-lost': [
      'NodeNotReady',
      'NodeLost',
      'DeletionByTaintManager',
      'TaintManagerEviction',
      'DeletionByPodGC',
      'NodeControllerEviction',
    ],
    'node-shutdown': ['NodeShutdown', 'Shutdown', 'Terminated', 'TerminationByKubelet'],
    'container-lost': ['ContainerStatusUnknown', 'Unknown'],
    'deadline-exceeded': ['DeadlineExceeded'],
    'volume-not-ready': ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'VolumeFailedDelete', 'FailedBinding'],
    'network-not-ready': ['FailedCreatePodSandBox', 'NetworkNotReady', 'SandboxChanged'],
    'program-failed': ['Error'],
    'probe-failed': ['Unhealthy', 'ProbeWarning'],
    scheduled: ['Scheduled'],
    'image-pulling': ['Pulling'],
    'image-pulled': ['Pulled'],
    'container-created': ['Created'],
    'container-started': ['Started'],
    'container-stopping': ['Killing'],
    completed: ['Completed'],
    'log-not-kept': ['LogNotKept'],
  }).flatMap(([code, reasons]) => reasons.map((reason) => [reason, code as ClusterReasonCode] as const)),
);

/** Reasons of which only the message says what they mean; the first pattern that matches decides. */
const BY_MESSAGE: readonly (readonly [reason: RegExp, message: RegExp, code: ClusterReasonCode])[] = [
  [/^Evicted$/, /exceeds the (?:total )?(?:local )?limit|usage (?:of .*)?exceeds|ephemeral local storage usage/, 'storage-limit-exceeded'],
  [/^Evicted$/, /ephemeral-storage|disk|inodes|imagefs|nodefs/i, 'evicted-disk'],
  [/^Evicted$/, /memory/i, 'evicted-memory'],
  [/^Evicted$/, /(?:)/, 'evicted'],
  [/^(?:Failed|BackOff)$/, /InvalidImageName|couldn't parse image name/, 'image-name-invalid'],
  [/^(?:Failed|BackOff)$/, /ErrImageNeverPull/, 'image-not-on-node'],
  [/^(?:Failed|BackOff)$/, /pull(?:ing)? (?:and unpack )?image|ErrImagePull|ImagePullBackOff/i, 'image-pull-failed'],
  [/^BackOff$/, /restarting failed container/, 'container-restarting'],
  [/^Failed$/, /secret|configmap|CreateContainerConfigError|runAsNonRoot/i, 'container-config-invalid'],
  [/^Failed$/, /CreateContainerError|generate container/, 'container-not-created'],
  [/^Failed$/, /(?:)/, 'container-not-started'],
  [/^FailedCreate$/, /(?:)/, 'pod-not-created'],
  [/^OutOf/, /(?:)/, 'node-rejected'],
];

/** What a reason of Kubernetes means. Every reason has a code: one that is not in the catalogue is `other`. */
export function explainReason({ reason, message }: ReportedReason): ExplainedReason {
  const code =
    BY_REASON.get(reason) ?? BY_MESSAGE.find(([reasons, messages]) => reasons.test(reason) && messages.test(message))?.[2] ?? 'other';
  return { code, ...CLUSTER_REASONS[code] };
}
