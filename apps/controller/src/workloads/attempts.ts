import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { ClusterService, type PodObservation, type TenantSpace } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { admissionIdOf, Clock, instantOf, takeTurns, toDate } from '#kernel';
import {
  admissionId,
  type AttemptStep,
  canApply,
  cannotStart,
  conditionOf,
  isActive,
  isQuiet,
  type Job,
  JobNotesService,
  JobsService,
  newPodFailures,
  nextStep,
  type ObservedAttempt,
  refusedByCluster,
  type Transition,
} from '#jobs';
import { countLostPods } from '#metering';
import { ControllerSettings } from '../controller-settings.ts';
import { Placements } from '../placements.ts';
import { ClusterCalls, type CallSubject } from './cluster-calls.ts';
import { DecidedEnds } from './decided-ends.ts';
import { JobSecrets } from './job-secrets.ts';
import type { RecordedPods } from './pod-records.ts';
import { PodRefusals } from './pod-refusals.ts';
import { Settlements } from './settlements.ts';

const CONTROLLER = systemActor('controller');
/** Jobs changed in one transaction. */
const BATCH = 500;

/** Attempts whose objects are created in one turn. Ends have to wait for them, and the next turn follows at once. */
const MOST_CREATED = 64;

/** A job's current attempt, and its next step. */
interface Due<Step extends AttemptStep<PodObservation>> extends ObservedAttempt<PodObservation> {
  readonly step: Step;
}
type StepKind = AttemptStep['do'];
type DueOf<Kind extends StepKind> = Due<AttemptStep<PodObservation> & { readonly do: Kind }>;

/** Carries out the next step of each active attempt (rule J2); `nextStep` of `#jobs` decides what it is. */
@Injectable()
export class Attempts {
  readonly #log = new Logger('workloads');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly notes: JobNotesService,
    private readonly placements: Placements,
    private readonly decidedEnds: DecidedEnds,
    private readonly podRefusals: PodRefusals,
    private readonly secrets: JobSecrets,
    private readonly settlements: Settlements,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns the admission ids of the attempts that are active in the end; they are read after `pods` were observed */
  async advance(term: LeaderTerm, pods: RecordedPods): Promise<Set<string>> {
    const now = this.clock.now();
    const attempts = await this.jobs.activeAttempts(this.transactions.reader, now);
    const recorded = attempts.filter((attempt) => !pods.unrecorded.has(admissionIdOf(attempt)));
    const changing = recorded.filter((attempt) => !attempt.steady || !hasNothingNew(pods, admissionIdOf(attempt)));
    const jobs = await this.jobs.many(
      this.transactions.reader,
      changing.map((attempt) => attempt.jobId),
    );
    const observed = jobs
      .filter((job) => isActive(job.state))
      .map((job) => {
        const attempt = observedAttempt(job, pods);
        return { ...attempt, step: nextStep(attempt, this.settings, instantOf(now)) };
      });
    await this.#noteFailures(term, observed);
    const due = await this.decidedEnds.record(term, observed);
    // Ends come first: they release money, and starts can take the cluster a while.
    const settled = await this.settlements.settle(term, only(due, 'settle'));
    await this.#stop(term, only(due, 'stop-pods'));
    await this.#applyAll(
      term,
      only(due, 'mark-started').map(({ job, step }) => ({ job, transition: { kind: 'started', at: toDate(step.at) } })),
    );
    await this.#assignNodes(term, only(due, 'assign-nodes'));
    await this.#create(term, only(due, 'create'), now);
    await this.podRefusals.decide(term, observed);
    const active = new Set(attempts.map(admissionIdOf));
    for (const job of settled) active.delete(admissionId(job));
    return active;
  }

  /** A failure that ends its attempt is not noted: the end says it. */
  async #noteFailures(term: LeaderTerm, observed: readonly Due<AttemptStep<PodObservation>>[]): Promise<void> {
    const failed = observed.flatMap((attempt) => {
      const failures = 'end' in attempt.step ? undefined : newPodFailures(attempt);
      return failures === undefined ? [] : [{ jobId: attempt.job.id, attempt: attempt.job.attempt, failures }];
    });
    const { failed: unwritten } = await inIsolatedBatches(failed, BATCH, async (batch) => {
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        await this.notes.notePodFailures(tx, CONTROLLER, batch);
      });
    });
    for (const { item, error } of unwritten) this.#log.error(`the failed pods of ${item.jobId} cannot be noted: ${String(error)}`);
  }

  async #create(term: LeaderTerm, due: readonly DueOf<'create'>[], now: Date): Promise<void> {
    const oldestFirst = due.map(({ job }) => job).sort((a, b) => (a.admittedAt?.getTime() ?? 0) - (b.admittedAt?.getTime() ?? 0));
    const untried = oldestFirst.filter((job) => this.calls.isDue('create', ofJob(job)));
    const placed = await this.placements.of(takeTurns(untried, (job) => job.tenantId).slice(0, MOST_CREATED));
    const tenants = [...new Map(placed.map(({ workload }) => [workload.tenant.id, workload.tenant])).values()];
    const ofTenant = ({ id }: TenantSpace): CallSubject => ({ tenant: id, object: id });
    const { done: ready } = await this.calls.forEach(term, 'prepare', tenants, ofTenant, (tenant) => this.cluster.spaces.ensure(tenant));
    const prepared = new Set(ready.map(({ id }) => id));
    const at = instantOf(now);
    const lacking = await this.secrets.missing(placed, at);
    const hopeless = new Set(lacking.map(({ jobId }) => jobId));
    const creatable = placed.filter(({ job }) => prepared.has(job.tenantId) && !hopeless.has(job.id));
    const { done, refused } = await this.calls.forEach(term, 'create', creatable, ofPlaced, async (one) => {
      await this.secrets.provide(one);
      await this.cluster.jobs.ensure(one.workload);
    });
    // A refused object is not sent again: the next turn ends the attempt, and its tenant reads why.
    const refusals = refused.map(({ item: { job }, refusal }) => {
      return { jobId: job.id, attempt: job.attempt, end: { ...cannotStart(refusedByCluster(refusal.serverMessage)), at } };
    });
    await this.decidedEnds.decide(term, [...lacking, ...refusals]);
    await this.#applyAll(
      term,
      done.filter(({ job }) => job.state === 'Admitted').map(({ job }) => ({ job, transition: { kind: 'created' } })),
    );
  }

  /** Assigns each pod the node that the scheduling cycle chose for its replica. */
  async #assignNodes(term: LeaderTerm, due: readonly DueOf<'assign-nodes'>[]): Promise<void> {
    const waiting = due.flatMap(({ job, step }) => step.pods.map((pod) => ({ pod, node: job.placement?.[pod.index] })));
    const subjectOf = ({ pod }: { readonly pod: PodObservation }): CallSubject => ({ tenant: pod.tenant, object: pod.uid });
    await this.calls.forEach(term, 'assign', waiting, subjectOf, async ({ pod, node }) => {
      if (node !== undefined) await this.cluster.pods.assignNode(pod, node);
    });
  }

  async #stop(term: LeaderTerm, due: readonly DueOf<'stop-pods'>[]): Promise<void> {
    const grace = new Map(due.map(({ job, step }) => [job.id, step.graceSeconds]));
    const placed = await this.placements.of(due.map(({ job }) => job));
    await this.calls.forEach(term, 'stop', placed, ofPlaced, ({ job, workload }) =>
      this.cluster.jobs.delete(workload, grace.get(job.id) ?? job.graceSeconds),
    );
  }

  /** Leaves out the transitions that are not possible any more: the next turn sees the reason. */
  async #applyAll(term: LeaderTerm, transitions: readonly { readonly job: Job; readonly transition: Transition }[]): Promise<void> {
    const { failed } = await inIsolatedBatches(transitions, BATCH, async (given) => {
      const batch = new Map(given.map((each) => [each.job.id, each]));
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        const transitionOf = (locked: Job): Transition | undefined => {
          const { job, transition } = batch.get(locked.id) ?? {};
          return job?.attempt === locked.attempt && transition !== undefined && canApply(conditionOf(locked), transition.kind)
            ? transition
            : undefined;
        };
        await this.jobs.applyAll(tx, [...batch.keys()], transitionOf, CONTROLLER);
      });
    });
    for (const { item, error } of failed) this.#log.error(`${item.transition.kind} of ${item.job.id} cannot be recorded: ${String(error)}`);
  }
}

function ofJob(job: Job): CallSubject {
  return { tenant: job.tenantId, object: admissionId(job) };
}

function ofPlaced({ job }: { readonly job: Job }): CallSubject {
  return ofJob(job);
}

/** The job's current attempt, as the cluster and the meter reported it. */
function observedAttempt(job: Job, { view, lost, running, silent }: RecordedPods): ObservedAttempt<PodObservation> {
  const id = admissionId(job);
  const pods = view.ofAdmission(id);
  const metered = { running: job.state === 'Running', pods, endedAtLastSeen: lost.get(id) ?? [], metered: running.has(id) };
  return { job, pods, lostPods: countLostPods(metered), silentPods: silent, startSigns: view.startSigns(id) };
}

/** Whether neither the cluster nor the meter reports anything that calls for a step. */
function hasNothingNew({ view, lost }: RecordedPods, id: string): boolean {
  return !lost.has(id) && isQuiet(view.ofAdmission(id), view.startSigns(id));
}

function only<Kind extends StepKind>(due: readonly Due<AttemptStep<PodObservation>>[], kind: Kind): DueOf<Kind>[] {
  return due.filter((each): each is DueOf<Kind> => each.step.do === kind);
}
