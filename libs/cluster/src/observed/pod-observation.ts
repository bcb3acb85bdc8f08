import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { type Instant, instantOf } from '#kernel';
import { podShape, type ReplicaShape } from '#jobs';
import { COMPLETION_INDEX, LABELS, MAIN_CONTAINER, MANAGED_BY, METERING_FINALIZER, PLACEMENT_GATE } from '../desired/names.ts';
import { clusterMessage } from './cluster-message.ts';
import { overheadOf } from './pod-overheads.ts';
import { podRequest } from './pod-requests.ts';
import { amountOf, numberOf, UnreadableQuantity } from './quantity.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** One of our pods as the cluster reports it, parsed. An absent field has not happened. */
export interface PodObservation {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** Slug. */
  readonly tenant: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly gpuClass: string;
  /** Completion index: the replica it is. */
  readonly index: number;
  /** GPUs it requests, which are the GPUs it is billed for (rule M1). */
  readonly gpus: number;
  readonly replica: ReplicaShape;
  readonly node?: string;
  /** It waits for `ClusterPods.assignNode`. */
  readonly gated: boolean;
  readonly phase: PodPhase;
  /** First start of the main container (rule M1), where the cluster knows it. */
  readonly startedAt?: Instant;
  /** Last end of the main container (rule M1), where the cluster saw it; absent for one that ended while nobody looked. */
  readonly endedAt?: Instant;
  /** The main container has ended, though the cluster may not know when. */
  readonly containerEnded: boolean;
  readonly exitCode?: number;
  /** Why the main container does not begin, or could not. */
  readonly startSign?: { readonly reason: string; readonly message: string };
  /** Its node did not take it: no container of it was ever created. */
  readonly rejection?: { readonly reason: string; readonly message: string };
  /** Why kube-scheduler finds no node for it. */
  readonly unschedulable?: string;
  /** Such as `Error`, `OOMKilled`, `Evicted`, `DeletionByTaintManager`. */
  readonly reason?: string;
  /** The platform took it away: not its user's doing. */
  readonly disrupted: boolean;
  readonly disruptedAt?: Instant;
  /** Its deletion was asked for. */
  readonly deleting: boolean;
  /** When that was, at the latest: the kubelet's own last deletion moves it to the end of the pod. */
  readonly deletedAt?: Instant;
  /** What is left to it from SIGTERM to SIGKILL, once its deletion was asked for. */
  readonly deletionGraceSeconds?: number;
  readonly hasFinalizer: boolean;
  readonly ready: boolean;
}

/** The observation that `pod` is; undefined for a pod that is not one of a job of ours. Takes it as listed and as watched. */
export function observePod(pod: V1Pod): PodObservation | undefined {
  const { metadata, spec, status } = pod;
  const labels = metadata?.labels ?? {};
  const jobId = labels[LABELS.job];
  const attempt = Number(labels[LABELS.attempt]);
  const index = Number(metadata?.annotations?.[COMPLETION_INDEX]);
  if (metadata?.uid === undefined || metadata.name === undefined || metadata.namespace === undefined || spec === undefined)
    return undefined;
  if (labels[LABELS.managedBy] !== MANAGED_BY || jobId === undefined || !Number.isInteger(attempt) || !Number.isInteger(index))
    return undefined;
  const main = status?.containerStatuses?.find(({ name }) => name === MAIN_CONTAINER);
  const disruption = status?.conditions?.find(({ type, status: holds }) => type === 'DisruptionTarget' && holds === 'True');
  const end = main?.state?.terminated ?? main?.lastState?.terminated;
  const reason = status?.reason ?? disruption?.reason ?? end?.reason;
  const replica = requestsOf(pod);
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace,
    tenant: labels[LABELS.tenant] ?? '',
    jobId,
    attempt,
    gpuClass: labels[LABELS.gpuClass] ?? '',
    index,
    gpus: replica.gpus,
    replica,
    phase: (status?.phase ?? 'Pending') as PodPhase,
    ...(spec.nodeName !== undefined && { node: spec.nodeName }),
    ...interval(main),
    ...whyNotStarted(pod, main),
    containerEnded: main?.state?.terminated !== undefined,
    ...(end?.exitCode !== undefined && main?.state?.running === undefined && { exitCode: end.exitCode }),
    ...(reason !== undefined && reason !== '' && { reason }),
    gated: spec.schedulingGates?.some(({ name }) => name === PLACEMENT_GATE) ?? false,
    disrupted: disruption !== undefined,
    ...instantField('disruptedAt', disruption?.lastTransitionTime),
    deleting: metadata.deletionTimestamp !== undefined,
    ...instantField('deletedAt', metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds),
    ...(metadata.deletionGracePeriodSeconds !== undefined && { deletionGraceSeconds: metadata.deletionGracePeriodSeconds }),
    hasFinalizer: metadata.finalizers?.includes(METERING_FINALIZER) ?? false,
    ready: status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') ?? false,
  };
}

/**
 * Reasons of an end that nobody saw: its time is when it was noticed (containerd gives that of its own restart), or is missing. What
 * ran may have ended long before, so such an end says nothing of the time.
 */
const UNSEEN_ENDS: ReadonlySet<string> = new Set(['Unknown', 'ContainerStatusUnknown']);

/**
 * First start to last end. Pods of ours never restart a container, so the state before the present one is at most its start. An end
 * that lies before the start says that the node's clock was set meanwhile: it counts as unknown, like one that nobody saw.
 */
function interval(main: V1ContainerStatus | undefined): { startedAt?: Instant; endedAt?: Instant } {
  const { state, lastState } = main ?? {};
  const terminated = [lastState?.terminated, state?.terminated].flatMap((end) => end ?? []);
  const starts = [...terminated.map((end) => end.startedAt), state?.running?.startedAt].flatMap(instantIn);
  // A container that could not be started at all is reported to have started in 1970.
  const startedAt = starts.filter((at) => at > 0).sort((a, b) => a - b)[0];
  if (startedAt === undefined) return {};
  const ends = terminated.flatMap((end) => instantIn(end.finishedAt));
  const seen = state?.running === undefined && !terminated.some((end) => UNSEEN_ENDS.has(end.reason ?? ''));
  const endedAt = Math.max(...ends);
  return { startedAt, ...(seen && ends.length > 0 && endedAt >= startedAt && { endedAt }) };
}

/** `field` with `time`, so many seconds before it; nothing where there is no time. */
function instantField<Field extends string>(
  field: Field,
  time: Date | string | null | undefined,
  secondsBefore = 0,
): Partial<Record<Field, Instant>> {
  const [at] = instantIn(time);
  return at === undefined ? {} : ({ [field]: at - secondsBefore } as Partial<Record<Field, Instant>>);
}

/** What keeps the pod from running, by the cluster's own words. */
function whyNotStarted(
  { metadata, status }: V1Pod,
  main: V1ContainerStatus | undefined,
): Pick<PodObservation, 'startSign' | 'rejection' | 'unschedulable'> {
  if (interval(main).startedAt !== undefined) return {};
  const { waiting, terminated } = main?.state ?? {};
  const { reason, message } = waiting ?? terminated ?? {};
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const rejected = status?.phase === 'Failed' && main === undefined && metadata?.deletionTimestamp === undefined;
  return {
    ...(reason !== undefined && reason !== '' && { startSign: { reason, message: clusterMessage(message) } }),
    ...(rejected && isRejection(status) && { rejection: { reason: status.reason ?? '', message: withoutPreamble(status.message) } }),
    ...(scheduled?.status === 'False' && scheduled.reason === 'Unschedulable' && { unschedulable: clusterMessage(scheduled.message) }),
  };
}

/** What a kubelet gives where it does not admit a pod that was bound to its node. */
const REJECTIONS =
  /^(OutOf.+|UnexpectedAdmissionError|NodeAffinity|NodeName|NodePorts|NodeUnschedulable|TopologyAffinityError|SMTAlignmentError|InvalidNodeInfo|UnsupportedPodLevelResources|Pod(OS|Level).*)$/;
const PREAMBLE = /^Pod was rejected: /;

function isRejection({ reason, message }: V1PodStatus): boolean {
  return PREAMBLE.test(message ?? '') || (reason !== undefined && REJECTIONS.test(reason));
}

function withoutPreamble(message: string | undefined): string {
  return clusterMessage(message?.replace(PREAMBLE, ''));
}

/** A time as a list parses it (`Date`) or as a watch hands it on (text). */
function instantIn(time: Date | string | null | undefined): Instant[] {
  return time === undefined || time === null ? [] : [instantOf(new Date(time))];
}

/** What the pod takes of its node, with sidecars that the cluster has added; its GPUs are those of the main container, which are billed. */
function requestsOf(pod: V1Pod): ReplicaShape {
  const requests = pod.spec?.containers.find(({ name }) => name === MAIN_CONTAINER)?.resources?.requests ?? {};
  const { cpu, memory, ...others } = requests;
  // Names of extended resources have a domain, unlike those of Kubernetes' own, such as `ephemeral-storage`.
  const extended = Object.entries(others).filter(([name]) => name.includes('/'));
  const gpus = extended.reduce((sum, [, count]) => sum + amountOf(count), 0);
  try {
    const [cpuMillis, memoryBytes] = [Number(podRequest(pod, 'cpu')), Math.ceil(numberOf(podRequest(pod, 'memory')))];
    const ephemeralBytes = Math.ceil(numberOf(podRequest(pod, 'ephemeral-storage')));
    return { gpus, cpuMillis, memoryBytes, ...(ephemeralBytes > 0 && { ephemeralBytes }) };
  } catch (error) {
    // A watch must not end for it: what our own container requests can be read.
    if (!(error instanceof UnreadableQuantity)) throw error;
    return podShape({ gpus, cpuMillis: Math.ceil(amountOf(cpu) * 1000), memoryBytes: amountOf(memory) }, overheadOf(pod.spec?.overhead));
  }
}
