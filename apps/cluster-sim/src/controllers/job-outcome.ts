import { without } from '../objects/without.ts';
import { hasCondition } from '../objects/kube-object.ts';
import type { Job, JobStatus, Pod } from '../objects/workloads.ts';
import { JOB_TRACKING_FINALIZER, isTerminal } from '../objects/workloads.ts';
import { formatIndexes, parseIndexes } from './index-set.ts';
import { INDEX_FAILURES, failureVerdict, indexOf } from './job-pods.ts';

/** Why a job is to fail. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** What a job's pods amount to: counters with the pods newly counted, and the verdict of its policies. */
export interface Tally {
  readonly succeeded: number;
  readonly failed: number;
  readonly completed: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  /** Pods counted just now; their tracking finalizer can go. */
  readonly counted: readonly Pod[];
  readonly newFailures: number;
  readonly failure: Failure | undefined;
}

export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(JOB_TRACKING_FINALIZER) === true;
}

export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isTerminating(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function isFinished({ status }: Job): boolean {
  return hasCondition(status?.conditions, 'Complete') || hasCondition(status?.conditions, 'Failed');
}

/** Counts every ended pod exactly once: a pod is uncounted as long as it carries the tracking finalizer. */
export function tally(job: Job, pods: readonly Pod[]): Tally {
  const status: JobStatus = job.status ?? {};
  const completed = parseIndexes(status.completedIndexes);
  const failedIndexes = parseIndexes(status.failedIndexes);
  const indexed = job.spec.completionMode === 'Indexed';
  let succeeded = status.succeeded ?? 0;
  let failed = status.failed ?? 0;
  let newFailures = 0;
  let failure: Failure | undefined;
  const counted: Pod[] = [];
  for (const pod of pods.filter(isTracked)) {
    const gone = pod.metadata.deletionTimestamp !== undefined && job.spec.podReplacementPolicy !== 'Failed';
    if (!isTerminal(pod) && !gone) continue;
    counted.push(pod);
    const index = indexOf(pod) ?? -1;
    if (indexed && (index < 0 || index >= (job.spec.completions ?? 0))) continue;
    if (pod.status.phase === 'Succeeded') {
      if (!indexed) succeeded++;
      else completed.add(index);
      continue;
    }
    const verdict = failureVerdict(job, pod);
    if (verdict?.action === 'Ignore') continue;
    failed++;
    newFailures++;
    if (verdict?.action === 'FailJob') failure ??= { reason: 'PodFailurePolicy', message: verdict.message };
    const failures = Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) + 1;
    const perIndex = job.spec.backoffLimitPerIndex;
    if (perIndex !== undefined && (verdict?.action === 'FailIndex' || failures > perIndex)) failedIndexes.add(index);
  }
  if (indexed) succeeded = completed.size;
  return {
    succeeded,
    failed,
    completed,
    failedIndexes,
    counted,
    newFailures,
    failure: failure ?? limitFailure(job, pods, failed, completed, failedIndexes),
  };
}

function limitFailure(
  { spec }: Job,
  pods: readonly Pod[],
  failed: number,
  completed: ReadonlySet<number>,
  failedIndexes: ReadonlySet<number>,
): Failure | undefined {
  const limit = spec.backoffLimit ?? 6;
  const restarts = pods.reduce(
    (sum, pod) => sum + (pod.status.containerStatuses ?? []).reduce((all, { restartCount }) => all + restartCount, 0),
    0,
  );
  const restartLimit = spec.template.spec.restartPolicy === 'OnFailure' && (limit === 0 ? restarts > 0 : restarts >= limit);
  if (failed > limit || restartLimit) return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  if (spec.maxFailedIndexes !== undefined && failedIndexes.size > spec.maxFailedIndexes) {
    return { reason: 'MaxFailedIndexesExceeded', message: 'Job has exceeded the specified maximal number of failed indexes' };
  }
  if (failedIndexes.size > 0 && failedIndexes.size + completed.size >= (spec.completions ?? 0)) {
    return { reason: 'FailedIndexes', message: 'Job has failed indexes' };
  }
  return undefined;
}

/** The counters of a status after `tally`, and what runs now. */
export function countedStatus(job: Job, status: JobStatus, result: Tally, pods: readonly Pod[]): JobStatus {
  const active = pods.filter(isActive);
  const number = (field: string, value: number): object => (value === 0 ? {} : { [field]: value });
  const rest = without(status, 'active', 'ready', 'terminating', 'succeeded', 'failed');
  return {
    ...rest,
    ...number('active', active.length),
    ready: active.filter((pod) => hasCondition(pod.status.conditions, 'Ready')).length,
    terminating: pods.filter(isTerminating).length,
    ...number('succeeded', result.succeeded),
    ...number('failed', result.failed),
    ...(job.spec.completionMode === 'Indexed' && result.completed.size > 0 ? { completedIndexes: formatIndexes(result.completed) } : {}),
    ...(job.spec.backoffLimitPerIndex === undefined ? {} : { failedIndexes: formatIndexes(result.failedIndexes) }),
    uncountedTerminatedPods: {},
  };
}

export function isComplete({ spec }: Job, { succeeded }: Tally, active: number): boolean {
  return spec.completions === undefined ? succeeded > 0 && active === 0 : succeeded >= spec.completions;
}
