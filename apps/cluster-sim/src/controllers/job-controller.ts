import { sameJson } from '../objects/json-equality.ts';
import type { ResourceQuotas } from '../admission/resource-quotas.ts';
import { ApiError } from '../api/status.ts';
import { deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { controllerOf, hasCondition, withCondition, withMetadata } from '../objects/kube-object.ts';
import type { Condition } from '../objects/kube-object.ts';
import type { Job, JobStatus, Pod } from '../objects/workloads.ts';
import { JOB_TRACKING_FINALIZER } from '../objects/workloads.ts';
import { JOBS, PODS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';
import type { Recorder } from './event-recorder.ts';
import type { Failure, Tally } from './job-outcome.ts';
import { countedStatus, isActive, isComplete, isFinished, isTerminating, isTracked, tally } from './job-outcome.ts';
import { INDEX_FAILURES, createJobPod, indexOf } from './job-pods.ts';
import type { OwnerIndex } from './owner-index.ts';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

interface Backoff {
  readonly failures: number;
  readonly until: number;
}

/** The job controller: keeps as many pods as a job wants, counts their ends once, and says when the job is over. */
export class JobController {
  readonly #queue: WorkQueue;
  readonly #backoff = new Map<string, Backoff>();

  constructor(
    private readonly simulation: Simulation,
    private readonly owners: OwnerIndex,
    private readonly quotas: ResourceQuotas,
    private readonly recorder: Recorder,
  ) {
    this.#queue = new WorkQueue(simulation.events, (key) => {
      this.#reconcile(key);
    });
    simulation.store.subscribe(JOBS, ({ type, current }) => {
      const { namespace = '', name, uid } = current.object.metadata;
      if (type === 'DELETED') {
        this.#backoff.delete(uid);
        for (const pod of owners.objectsOf<Pod>(uid, PODS)) this.#untrack(pod);
      } else this.#queue.add(`${namespace}/${name}`);
    });
    simulation.store.subscribe(PODS, ({ type, current }) => {
      const owner = controllerOf(current.object);
      const { namespace = '', name } = current.object.metadata;
      if (owner?.kind === 'Job') this.#queue.add(`${namespace}/${owner.name}`);
      if (type === 'DELETED' || !isTracked(current.object as Pod)) return;
      if (owner !== undefined && simulation.store.get(JOBS, namespace, owner.name)?.object.metadata.uid === owner.uid) return;
      simulation.events.soon(() => {
        const pod = simulation.store.get<Pod>(PODS, namespace, name)?.object;
        if (pod !== undefined) this.#untrack(pod);
      });
    });
  }

  #reconcile(key: string): void {
    const [namespace = '', name = ''] = key.split('/');
    const job = this.simulation.store.get<Job>(JOBS, namespace, name)?.object;
    if (job === undefined) return;
    const pods = this.owners.objectsOf<Pod>(job.metadata.uid, PODS);
    if (job.metadata.deletionTimestamp !== undefined) for (const pod of pods) this.#untrack(pod);
    else if (isFinished(job)) this.#afterFinish(job, pods);
    else this.#sync(job, pods, key);
  }

  #sync(job: Job, pods: readonly Pod[], key: string): void {
    const result = tally(job, pods);
    let status = this.#started(job, key);
    const failure = failureTarget(status) ?? result.failure ?? this.#deadlineFailure(job, status);
    const done = isComplete(job, result, pods.filter(isActive).length);
    this.#noteFailures(job, result, key);
    if (done || failure !== undefined) {
      for (const pod of pods.filter(isActive)) this.#delete(pod);
    } else if (job.spec.suspend === true) this.#stopWithoutCounting(pods.filter(isActive));
    else this.#manage(job, pods, result, key);

    const left = this.owners.objectsOf<Pod>(job.metadata.uid, PODS);
    status = countedStatus(job, status, result, left);
    if (done) status = this.#completed(job, status, left);
    else if (failure !== undefined) status = this.#failed(job, status, failure, left);
    this.#write(job, status);
    for (const pod of result.counted) this.#untrack(pod);
  }

  /** Start time and the Suspended condition follow `spec.suspend`. */
  #started(job: Job, key: string): JobStatus {
    const { startTime, ...rest } = job.status ?? {};
    const now = this.simulation.events.now();
    const suspended = hasCondition(rest.conditions, 'Suspended');
    if (job.spec.suspend === true) {
      if (suspended) return rest;
      this.recorder.record(job, 'Normal', 'Suspended', 'Job suspended');
      return { ...rest, conditions: withCondition(rest.conditions, this.#condition('Suspended', 'True', 'JobSuspended', 'Job suspended')) };
    }
    if (startTime !== undefined && !suspended) return { ...rest, startTime };
    const deadline = job.spec.activeDeadlineSeconds;
    if (deadline !== undefined) this.#queue.addAfter(key, deadline * 1000);
    if (!suspended) return { ...rest, startTime: kubeTime(now) };
    this.recorder.record(job, 'Normal', 'Resumed', 'Job resumed');
    return {
      ...rest,
      startTime: kubeTime(now),
      conditions: withCondition(rest.conditions, this.#condition('Suspended', 'False', 'JobResumed', 'Job resumed')),
    };
  }

  #deadlineFailure({ spec }: Job, { startTime }: JobStatus): Failure | undefined {
    if (spec.activeDeadlineSeconds === undefined || startTime === undefined) return undefined;
    const passed = this.simulation.events.now() - Date.parse(startTime);
    return passed >= spec.activeDeadlineSeconds * 1000
      ? { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
      : undefined;
  }

  #noteFailures({ metadata, status }: Job, { newFailures, succeeded }: Tally, key: string): void {
    const before = this.#backoff.get(metadata.uid);
    if (newFailures > 0) {
      const failures = (before?.failures ?? 0) + newFailures;
      const delay = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
      this.#backoff.set(metadata.uid, { failures, until: this.simulation.events.now() + delay });
      this.#queue.addAfter(key, delay);
    } else if (before !== undefined && succeeded > (status?.succeeded ?? 0)) this.#backoff.delete(metadata.uid);
  }

  /** Creates missing pods, deletes excess ones. */
  #manage(job: Job, pods: readonly Pod[], result: Tally, key: string): void {
    const active = pods.filter(isActive);
    const parallelism = job.spec.parallelism ?? 1;
    const remaining =
      job.spec.completions === undefined
        ? result.succeeded > 0
          ? 0
          : Infinity
        : job.spec.completions - result.succeeded - result.failedIndexes.size;
    const wanted = Math.min(parallelism, remaining);
    if (active.length > wanted) {
      this.#stopWithoutCounting(active.slice(wanted));
      return;
    }
    if ((this.#backoff.get(job.metadata.uid)?.until ?? 0) > this.simulation.events.now()) return;
    const terminating = job.spec.podReplacementPolicy === 'Failed' ? pods.filter(isTerminating) : [];
    const missing = wanted - active.length - terminating.length;
    if (missing <= 0) return;
    try {
      if (job.spec.completionMode === 'Indexed') this.#createIndexed(job, pods, [...active, ...terminating], result, missing);
      else for (let count = 0; count < missing; count++) this.#create(job, undefined, 0);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.recorder.record(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      this.#queue.addAfter(key, FIRST_BACKOFF_MS);
    }
  }

  #createIndexed(job: Job, pods: readonly Pod[], present: readonly Pod[], result: Tally, missing: number): void {
    const taken = new Set(present.map(indexOf));
    let left = missing;
    for (let index = 0; index < (job.spec.completions ?? 0) && left > 0; index++) {
      if (taken.has(index) || result.completed.has(index) || result.failedIndexes.has(index)) continue;
      const failures = pods
        .filter((pod) => indexOf(pod) === index && pod.status.phase === 'Failed')
        .map((pod) => Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) + 1);
      this.#create(job, index, Math.max(0, ...failures));
      left--;
    }
  }

  #create(job: Job, index: number | undefined, failures: number): void {
    const pod = createJobPod(this.simulation, this.quotas, job, index, failures);
    this.recorder.record(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  }

  #completed(job: Job, status: JobStatus, pods: readonly Pod[]): JobStatus {
    const [reason, message] = ['CompletionsReached', 'Reached expected number of succeeded pods'];
    const conditions = withCondition(status.conditions, this.#condition('SuccessCriteriaMet', 'True', reason, message));
    if (pods.some((pod) => isActive(pod) || isTerminating(pod))) return { ...status, conditions };
    this.recorder.record(job, 'Normal', 'Completed', 'Job completed');
    return {
      ...status,
      conditions: withCondition(conditions, this.#condition('Complete', 'True', reason, message)),
      completionTime: kubeTime(this.simulation.events.now()),
    };
  }

  #failed(job: Job, status: JobStatus, { reason, message }: Failure, pods: readonly Pod[]): JobStatus {
    const conditions = withCondition(status.conditions, this.#condition('FailureTarget', 'True', reason, message));
    if (pods.some((pod) => isActive(pod) || isTerminating(pod))) return { ...status, conditions };
    this.recorder.record(job, 'Warning', reason, message);
    return { ...status, conditions: withCondition(conditions, this.#condition('Failed', 'True', reason, message)) };
  }

  #afterFinish(job: Job, pods: readonly Pod[]): void {
    for (const pod of pods) this.#untrack(pod);
    const { ttlSecondsAfterFinished } = job.spec;
    if (ttlSecondsAfterFinished === undefined) return;
    const finished = job.status?.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')?.lastTransitionTime ?? '';
    const { namespace = '', name, uid } = job.metadata;
    const due = Date.parse(finished) + ttlSecondsAfterFinished * 1000;
    this.simulation.events.at(due, () => {
      const current = this.simulation.store.get<Job>(JOBS, namespace, name)?.object;
      if (current?.metadata.uid === uid && current.metadata.deletionTimestamp === undefined) {
        deleteObject(this.simulation, JOBS, current, { propagation: 'Foreground' });
      }
    });
  }

  /** Stops pods that are not wanted now: their end is no failure of the job. */
  #stopWithoutCounting(pods: readonly Pod[]): void {
    for (const pod of pods) {
      this.#untrack(pod);
      this.#delete(pod);
    }
  }

  #delete({ metadata }: Pod): void {
    const pod = this.simulation.store.get<Pod>(PODS, metadata.namespace ?? '', metadata.name)?.object;
    if (pod?.metadata.uid === metadata.uid) deleteObject(this.simulation, PODS, pod, {});
  }

  #untrack({ metadata }: Pod): void {
    const pod = this.simulation.store.get<Pod>(PODS, metadata.namespace ?? '', metadata.name)?.object;
    if (pod?.metadata.uid !== metadata.uid || !isTracked(pod)) return;
    const finalizers = pod.metadata.finalizers?.filter((each) => each !== JOB_TRACKING_FINALIZER);
    replaceObject(this.simulation, PODS, withMetadata(pod, { finalizers: finalizers?.length === 0 ? undefined : finalizers }));
  }

  #write(job: Job, status: JobStatus): void {
    if (sameJson(job.status, status)) return;
    replaceObject(this.simulation, JOBS, { ...job, status });
  }

  #condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
    const now = kubeTime(this.simulation.events.now());
    return { type, status, reason, message, lastProbeTime: now, lastTransitionTime: now };
  }
}

function failureTarget({ conditions }: JobStatus): Failure | undefined {
  const found = conditions?.find(({ type, status }) => type === 'FailureTarget' && status === 'True');
  return found === undefined ? undefined : { reason: found.reason ?? '', message: found.message ?? '' };
}
