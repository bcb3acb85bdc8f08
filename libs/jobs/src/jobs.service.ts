import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import { notify, recordEvent, type Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import { CompaniesService } from '#tenancy';
import type { JobSpec } from './domain/job-spec.ts';
import { reportedEnd } from './reported-end.ts';
import { ACTIVE_STATES, isTerminal, JOB_STATES, type JobState, canApply } from './domain/job-state-machine.ts';
import { conditionOf, type Job, type JobEvent, type JobSummary, type PlaceableJob, visible, type Waiting } from './job.ts';
import { JobAcceptanceService, type NodesOf } from './job-acceptance.service.ts';
import type { NeededDependency } from './job-dependencies.ts';
import { insertDependencies } from './job-dependencies.queries.ts';
import { insertFirstEvent, type EventsWanted, selectEvents, selectNextEvents } from './job-events.queries.ts';
import {
  type DecidedAttempt,
  insertJob,
  type ActiveAttempt,
  type JobFilter,
  countJobs,
  type JobSelection,
  lockJobs,
  recordDecidedEnds,
  selectActiveAttempts,
  selectByClientKey,
  selectJob,
  selectJobs,
  selectJobsById,
  selectJobsIn,
  updateWaiting,
  writeSteps,
} from './job.queries.ts';
import { type JobNamingSecret, selectNamingSecret } from './job-secrets.queries.ts';
import { selectPlaceable, selectResumable } from './placeable-jobs.queries.ts';
import { JOBS_ENDED } from './job-topics.ts';
import { BY_A_PERSON, eventOf, isSuspendedByPerson, submittedJob, stepOf, type Transition } from './job-transition.ts';

/** Topic of the wake-up signal sent whenever a job changes. */
export const JOBS_TOPIC = 'jobs';
/** Topic of the wake-up signal sent whenever a job joins or leaves the queue, or a place in the cluster may be free or used again. */
export const QUEUE_TOPIC = 'queue';

export interface SubmitOptions {
  /** The client's own key: submitting the same again answers with the first job. */
  readonly clientKey?: string;
  readonly nodesOf?: NodesOf;
}

/** A page of jobs; `nextCursor` is null on the last. */
export interface JobPage {
  readonly jobs: readonly JobSummary[];
  readonly nextCursor: string | null;
}

/** Jobs and everything that may happen to them. Every change of state is an event in the same transaction (rule J1). */
@Injectable()
export class JobsService {
  constructor(
    private readonly acceptance: JobAcceptanceService,
    private readonly companies: CompaniesService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Queues a job that could ever run (rule J3); nothing is written of one that could not.
   * @throws DomainError as `JobAcceptanceService.require`, and `job.key-reused`
   */
  async submit(tx: Tx, actor: Actor, tenantId: string, spec: JobSpec, options: SubmitOptions = {}): Promise<Job> {
    const { clientKey, nodesOf } = options;
    let needed: readonly NeededDependency[];
    try {
      needed = await this.acceptance.require(tx, tenantId, spec, nodesOf);
    } catch (refusal) {
      // What was accepted once is answered as before, whatever changed since.
      const first = refusal instanceof DomainError ? await this.#submittedBefore(tx, tenantId, spec, clientKey) : undefined;
      if (first !== undefined) return first;
      throw refusal;
    }
    const at = this.clock.now();
    const job = submittedJob(actor, tenantId, spec, at);
    if (!(await insertJob(tx, job, clientKey ?? null, [JOBS_TOPIC, QUEUE_TOPIC]))) {
      const first = await this.#submittedBefore(tx, tenantId, spec, clientKey);
      if (first === undefined) throw new Error(`a job was submitted under the key ${clientKey}, and cannot be found`);
      return first;
    }
    if (needed.length > 0) await insertDependencies(tx, job.id, needed);
    const { name, gpuClass, replicas, gpusPerReplica } = job;
    const after = { name, gpuClass, replicas, gpusPerReplica };
    const nothing = { fromState: null, reason: null, data: null };
    await Promise.all([
      insertFirstEvent(tx, { ...eventOf(job, actor, at), ...nothing, jobId: job.id, kind: 'submitted', toState: 'Queued' }),
      this.audit.record(tx, { actor, action: 'job.submitted', objectType: 'job', objectId: job.id, tenantId, after }),
    ]);
    return job;
  }

  /** @throws DomainError `job.unknown`, also for a job of another tenant than `tenantId` */
  async get(tx: Tx, id: string, tenantId?: string): Promise<Job> {
    return visible(await selectJob(tx, id), id, tenantId);
  }

  /** Those of `ids` that exist, in no particular order. */
  async many(tx: Tx, ids: readonly string[]): Promise<Job[]> {
    return ids.length === 0 ? [] : await selectJobsById(tx, ids);
  }

  /** Newest first. */
  async list(tx: Tx, filter: JobFilter): Promise<JobPage> {
    const found = await selectJobs(tx, { ...filter, limit: filter.limit + 1 });
    const jobs = found.slice(0, filter.limit);
    return { jobs, nextCursor: found.length > filter.limit ? (jobs.at(-1)?.id ?? null) : null };
  }

  /** The next `limit` events after number `afterSequence`, in the order in which they happened; fewer only at the end. */
  async events(tx: Tx, jobId: string, afterSequence = 0, limit = 1_000): Promise<JobEvent[]> {
    return await selectEvents(tx, jobId, afterSequence, limit);
  }

  /** The next events of several jobs, each job's in order and at most `limit` of each, in one statement. */
  async nextEvents(tx: Tx, wanted: readonly EventsWanted[], limit = 1_000): Promise<JobEvent[]> {
    return wanted.length === 0 ? [] : await selectNextEvents(tx, wanted, limit);
  }

  /**
   * Asks for the end of a job: at once while it has no pods, else as soon as they are gone. Asking again changes nothing, and
   * nothing changes for a job that was cancelled.
   * @throws DomainError `job.unknown`, `job.ended`
   */
  async cancel(tx: Tx, actor: Actor, id: string, tenantId?: string): Promise<Job> {
    const job = visible(await this.lock(tx, id), id, tenantId);
    if (job.cancelRequestedAt !== null) return job;
    if (isTerminal(job.state)) {
      throw new DomainError('job.ended', { detail: `The job has ended already: ${job.state}.`, kind: 'conflict' });
    }
    const cancelled = await this.#apply(tx, job, { kind: 'cancel-requested' }, actor);
    await this.audit.record(tx, { actor, action: 'job.cancelled', objectType: 'job', objectId: id, tenantId: job.tenantId });
    return cancelled;
  }

  /**
   * Asks for a graceful stop of a job that starts or runs: its pods get SIGTERM and its grace, and its holds are released. It stays
   * suspended until somebody resumes it. Asking again changes nothing.
   * @throws DomainError `job.unknown`, `job.not-suspendable`
   */
  async suspend(tx: Tx, actor: Actor, id: string, tenantId?: string): Promise<Job> {
    const job = visible(await this.lock(tx, id), id, tenantId);
    if (isSuspendedByPerson(job)) return job;
    if (!canApply(conditionOf(job), 'stop-requested')) {
      const because = job.cancelRequestedAt === null ? `this one is ${job.state}` : 'the cancellation of this one was asked for';
      throw new DomainError('job.not-suspendable', {
        detail: `Only a job that starts or runs can be suspended; ${because}.`,
        kind: 'conflict',
      });
    }
    const stopping = await this.#apply(tx, job, { kind: 'stop-requested', reason: BY_A_PERSON }, actor);
    await this.audit.record(tx, { actor, action: 'job.suspended', objectType: 'job', objectId: id, tenantId: job.tenantId });
    return stopping;
  }

  /** Puts a suspended job back in the queue. @throws DomainError `job.unknown`, `job.not-suspended`, `company.suspended` */
  async resume(tx: Tx, actor: Actor, id: string, tenantId?: string): Promise<Job> {
    const job = visible(await this.lock(tx, id), id, tenantId);
    if (!canApply(conditionOf(job), 'resumed')) {
      throw new DomainError('job.not-suspended', {
        detail: `Only a suspended job can be resumed; this one is ${job.state}.`,
        kind: 'conflict',
      });
    }
    await this.companies.requireActive(tx, job.tenantId);
    const resumed = await this.#apply(tx, job, { kind: 'resumed' }, actor);
    await this.audit.record(tx, { actor, action: 'job.resumed', objectType: 'job', objectId: id, tenantId: job.tenantId });
    return resumed;
  }

  /**
   * Applies a transition to a job: the controller's way of moving it (rule J1). Locks its row.
   * @throws DomainError `job.transition-refused` when it may not happen in the state the job is in
   */
  async apply(tx: Tx, jobId: string, transition: Transition, actor: Actor): Promise<Job> {
    return await this.#apply(tx, visible(await this.lock(tx, jobId), jobId), transition, actor);
  }

  /**
   * Applies to each of `ids` the transition that `transitionTo` names, in a constant number of statements. Locks their rows, in the
   * order of their ids; `transitionTo` sees them as they are under the lock and leaves one alone by answering undefined.
   * @throws DomainError `job.transition-refused` as `apply`, for any of them; nothing is written then
   */
  async applyAll(tx: Tx, ids: readonly string[], transitionTo: (job: Job) => Transition | undefined, actor: Actor): Promise<Job[]> {
    if (ids.length === 0) return [];
    const transitions = (await lockJobs(tx, ids)).flatMap((job) => {
      const transition = transitionTo(job);
      return transition === undefined ? [] : [{ job, transition }];
    });
    return await this.#applyAll(tx, transitions, actor);
  }

  /** The jobs of a company that have not ended and name this secret, oldest first. */
  async namingSecret(tx: Tx, tenantId: string, secret: string): Promise<JobNamingSecret[]> {
    return await selectNamingSecret(tx, tenantId, secret);
  }

  /** Locks a job's row until `tx` ends. */
  async lock(tx: Tx, id: string): Promise<Job | undefined> {
    return (await lockJobs(tx, [id]))[0];
  }

  /** Locks jobs in the order of their ids. */
  async lockAll(tx: Tx, ids: readonly string[]): Promise<Job[]> {
    return await lockJobs(tx, ids);
  }

  /** What waits for admission, first come first. */
  async queue(tx: Tx): Promise<PlaceableJob[]> {
    return await selectPlaceable(tx, ['Queued']);
  }

  /** What is suspended and returns to the queue by itself when it can hold enough to start again (rule F6). */
  async resumable(tx: Tx): Promise<PlaceableJob[]> {
    return await selectResumable(tx);
  }

  /** How many jobs are in each state that is not terminal, of all companies. */
  async counts(tx: Tx): Promise<ReadonlyMap<JobState, number>> {
    const states = JOB_STATES.filter((state) => !isTerminal(state));
    const counted = new Map((await countJobs(tx, states)).map(({ state, jobs }) => [state, jobs]));
    return new Map(states.map((state) => [state, counted.get(state) ?? 0]));
  }

  /** What has, or may have, pods. */
  async active(tx: Tx): Promise<PlaceableJob[]> {
    return await selectPlaceable(tx, ACTIVE_STATES);
  }

  /** The present attempts of those, and whether each runs as it should at `now`. */
  async activeAttempts(tx: Tx, now: Date): Promise<ActiveAttempt[]> {
    return await selectActiveAttempts(tx, now);
  }

  /** All jobs in one of `states`; only those of some companies, or that were stopped for some reasons, where they are given. */
  async inStates(tx: Tx, states: readonly JobState[], only: JobSelection = {}): Promise<Job[]> {
    return await selectJobsIn(tx, states, only);
  }

  /**
   * Records why the controller ends attempts, before it stops a pod for it: whatever the exit codes of these pods are, nobody deleted
   * them from outside. The first decision about an attempt is final.
   */
  async decideEnds(tx: Tx, decided: readonly DecidedAttempt[]): Promise<void> {
    if (decided.length > 0) await recordDecidedEnds(tx, decided);
  }

  /** Records why jobs wait (rule S6), in one statement. */
  async explainWaiting(tx: Tx, waiting: readonly (Waiting & { readonly jobId: string })[]): Promise<void> {
    if ((await updateWaiting(tx, waiting)) > 0) await notify(tx, JOBS_TOPIC);
  }

  async #submittedBefore(tx: Tx, tenantId: string, spec: JobSpec, clientKey: string | undefined): Promise<Job | undefined> {
    if (clientKey === undefined) return undefined;
    const first = await selectByClientKey(tx, tenantId, clientKey);
    if (first === undefined || isDeepStrictEqual(first.spec, spec)) return first;
    throw new DomainError('job.key-reused', {
      detail: `The key "${clientKey}" was used for another job, ${first.id}.`,
      remedy: 'Use a new key for a new job.',
    });
  }

  async #apply(tx: Tx, job: Job, transition: Transition, actor: Actor): Promise<Job> {
    const [changed] = await this.#applyAll(tx, [{ job, transition }], actor);
    return changed ?? job;
  }

  /** Has people notified of the ends of attempts that they must know of. */
  async #reportEnds(tx: Tx, transitions: readonly { readonly job: Job; readonly transition: Transition }[]): Promise<void> {
    const ended = transitions.flatMap(({ job, transition }) => {
      const end = reportedEnd(transition, job.requeue);
      return end === undefined ? [] : [{ end, job, detail: transition.exit?.detail ?? transition.reason ?? '' }];
    });
    for (const [end, own] of Map.groupBy(ended, (one) => one.end)) {
      const jobs = own.map(({ job: { id, name, submittedBy, tenantId, attempt }, detail }) => ({
        ...{ id, name, submittedBy, tenantId, attempt, detail },
      }));
      await recordEvent(tx, JOBS_ENDED, { key: newId('event'), data: { end, jobs } });
    }
  }

  async #applyAll(tx: Tx, transitions: readonly { readonly job: Job; readonly transition: Transition }[], actor: Actor): Promise<Job[]> {
    if (transitions.length === 0) return [];
    const steps = transitions.map(({ job, transition }) => stepOf(job, transition, transition.at ?? this.clock.now(), actor));
    await writeSteps(tx, steps);
    await this.#reportEnds(tx, transitions);
    await notify(tx, JOBS_TOPIC);
    if (steps.some(({ event: { fromState, toState } }) => fromState !== toState && toState !== 'Running')) await notify(tx, QUEUE_TOPIC);
    return steps.map((step) => step.job);
  }
}
