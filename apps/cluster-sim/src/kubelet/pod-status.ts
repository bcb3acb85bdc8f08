import { withCondition } from '../objects/kube-object.ts';
import { without } from '../objects/without.ts';
import type { Condition } from '../objects/kube-object.ts';
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../objects/workloads.ts';
import { kubeTime } from '../time/kube-time.ts';
import type { Trouble } from './start-trouble.ts';

/** The end of a container as its status reports it. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

function condition(type: string, holds: boolean, now: number, reason?: string, message?: string): Condition {
  return {
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: kubeTime(now),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

function withConditions(pod: Pod, conditions: readonly Condition[]): Condition[] {
  return conditions.reduce(withCondition, [...(pod.status.conditions ?? [])]);
}

function containerStatus(container: Container, pod: Pod, state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus {
  const before = pod.status.containerStatuses?.find(({ name }) => name === container.name);
  const image = container.image ?? '';
  return {
    name: container.name,
    image,
    imageID: state.waiting === undefined ? `docker-pullable://${image}` : '',
    ...(state.waiting === undefined ? { containerID: `containerd://${pod.metadata.uid.replaceAll('-', '')}${container.name}` } : {}),
    ready: state.running !== undefined,
    started: state.running !== undefined,
    restartCount: before?.restartCount ?? 0,
    state,
    lastState: before?.lastState ?? {},
    ...more,
  };
}

function unready(pod: Pod, now: number, reason: string): Condition[] {
  const message = `containers with unready status: [${pod.spec.containers.map(({ name }) => name).join(' ')}]`;
  return withConditions(pod, [
    condition('Initialized', true, now),
    condition('Ready', false, now, reason, reason === 'ContainersNotReady' ? message : undefined),
    condition('ContainersReady', false, now, reason, reason === 'ContainersNotReady' ? message : undefined),
  ]);
}

export function creatingStatus(pod: Pod, now: number, hostIP: string, waiting: { reason: string; message?: string }): PodStatus {
  return {
    ...pod.status,
    phase: 'Pending',
    conditions: [...unready(pod, now, 'ContainersNotReady')],
    hostIP,
    startTime: pod.status.startTime ?? kubeTime(now),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, pod, { waiting })),
  };
}

export function runningStatus(pod: Pod, now: number, podIP: string, restarts: number): PodStatus {
  const state: ContainerState = { running: { startedAt: kubeTime(now) } };
  return {
    ...pod.status,
    phase: 'Running',
    conditions: withConditions(pod, [
      condition('PodReadyToStartContainers', true, now),
      condition('Initialized', true, now),
      condition('Ready', true, now),
      condition('ContainersReady', true, now),
    ]),
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: pod.status.startTime ?? kubeTime(now),
    ...(pod.spec.initContainers === undefined
      ? {}
      : { initContainerStatuses: pod.spec.initContainers.map((each) => initStatus(each, pod, now)) }),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, pod, state, { restartCount: restarts })),
  };
}

/** The same again, probed at `now`. */
export function probedStatus(pod: Pod, now: number): PodStatus {
  return { ...pod.status, conditions: withConditions(pod, [{ ...condition('Ready', true, now), lastProbeTime: kubeTime(now) }]) };
}

function initStatus(container: Container, pod: Pod, now: number): ContainerStatus {
  const at = kubeTime(now);
  return containerStatus(
    container,
    pod,
    { terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at } },
    { ready: true },
  );
}

function terminatedState({ exitCode, reason, message, startedAt, finishedAt }: ContainerEnd): ContainerState {
  const said = message === undefined ? {} : { message };
  return { terminated: { exitCode, reason, ...said, startedAt: kubeTime(startedAt), finishedAt: kubeTime(finishedAt) } };
}

/** The node does not take it: no container of it is ever created. */
export function rejectedStatus(pod: Pod, now: number, { reason, message }: Trouble): PodStatus {
  return {
    ...without(pod.status, 'containerStatuses'),
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: kubeTime(now),
  };
}

/** After the last end: Succeeded or Failed, with the conditions of a pod that will not be ready again. */
export function endedStatus(
  pod: Pod,
  now: number,
  end: ContainerEnd | undefined,
  because?: { reason: string; message: string },
): PodStatus {
  const succeeded = end?.exitCode === 0 && because === undefined;
  const statuses = pod.spec.containers.map((container) => {
    const before = pod.status.containerStatuses?.find(({ name }) => name === container.name);
    return end === undefined && before !== undefined
      ? before
      : containerStatus(container, pod, end === undefined ? { waiting: { reason: 'ContainerCreating' } } : terminatedState(end));
  });
  return {
    ...pod.status,
    phase: succeeded ? 'Succeeded' : 'Failed',
    conditions: unready(pod, now, succeeded ? 'PodCompleted' : 'PodFailed'),
    containerStatuses: statuses,
    ...because,
  };
}

/** Of a pod whose container the kubelet does not find any more. */
export function lostStatus(pod: Pod, now: number): PodStatus {
  const message = 'The container could not be located when the pod was terminated';
  const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: null };
  return {
    ...pod.status,
    phase: 'Failed',
    conditions: unready(pod, now, 'PodFailed'),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, pod, { terminated })),
  };
}

/** Between two runs of a container that is restarted. */
export function restartingStatus(pod: Pod, now: number, end: ContainerEnd, restarts: number): PodStatus {
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' };
  return {
    ...pod.status,
    phase: 'Running',
    conditions: unready(pod, now, 'ContainersNotReady'),
    containerStatuses: pod.spec.containers.map((container) =>
      containerStatus(container, pod, { waiting }, { restartCount: restarts, lastState: terminatedState(end) }),
    ),
  };
}
