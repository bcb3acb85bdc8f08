import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { ClusterService, hasEnded, type PodObservation, type TenantSpace } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { admissionIdOf, Clock, instantOf, takeTurns, toDate } from '#kernel';
import {
  admissionId,
  cannotStart,
  causeOfPodEnd,
  conditionOf,
  type Transition,
  isActive,
  type Job,
  JobsService,
  canApply,
  refusedByCluster,
} from '#jobs';
import { ControllerSettings } from '../controller-settings.ts';
import { type AttemptStep, nextStep } from '../domain/attempt.ts';
import { Placements } from '../placements.ts';
import { ClusterCalls, type CallSubject } from './cluster-calls.ts';
import { DecidedEnds } from './decided-ends.ts';
import type { RecordedPods } from './pod-records.ts';
import { PodRefusals } from './pod-refusals.ts';
import { Settlements } from './settlements.ts';

const CONTROLLER = systemActor('controller');
/** Jobs changed in one transaction. */
const BATCH = 500;

/** Attempts whose objects are made in one turn: what ends meanwhile waits for them, and the next turn comes at once. */
const MOST_CREATED = 64;

type StepOf<Kind extends AttemptStep['do']> = AttemptStep & { readonly do: Kind };
/** A job's present attempt and what is to be done with it. */
interface Due<Kind extends AttemptStep['do']> {
  readonly job: Job;
  readonly pods: readonly PodObservation[];
  readonly step: StepOf<Kind>;
}

/** Takes each active attempt its next step (rule J2). */
@Injectable()
export class Attempts {
  readonly #log = new Logger('workloads');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly placements: Placements,
    private readonly decidedEnds: DecidedEnds,
    private readonly podRefusals: PodRefusals,
    private readonly settlements: Settlements,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns the attempts that are active when all is done, by `<job id>/<attempt>`; read after `pods` were seen */
  async advance(term: LeaderTerm, pods: RecordedPods): Promise<Set<string>> {
    const now = this.clock.now();
    const attempts = await this.jobs.activeAttempts(this.transactions.reader, now);
    const recorded = attempts.filter((attempt) => !pods.unrecorded.has(admissionIdOf(attempt)));
    const restless = recorded.filter((attempt) => !attempt.steady || !isQuiet(pods, admissionIdOf(attempt)));
    const jobs = await this.jobs.many(
      this.transactions.reader,
      restless.map((attempt) => attempt.jobId),
    );
    const seen = jobs
      .filter((job) => isActive(job.state))
      .map((job) => {
        const id = admissionId(job);
        const [own, signs] = [pods.view.ofAdmission(id), pods.view.startSigns(id)];
        return { job, pods: own, step: nextStep(job, own, lostPods(job, pods), this.settings, instantOf(now), pods.silent, signs) };
      });
    const due = await this.decidedEnds.record(term, seen);
    // Ends first: money waits for them, and starts may take the cluster a while.
    const settled = await this.settlements.settle(term, only(due, 'settle'));
    await this.#stop(term, only(due, 'stop-pods'));
    await this.#applyAll(
      term,
      only(due, 'mark-started').map(({ job, step }) => ({ job, transition: { kind: 'started', at: toDate(step.at) } })),
    );
    await this.#assignNodes(term, only(due, 'assign-nodes'));
    await this.#create(term, only(due, 'create'), now);
    await this.podRefusals.decide(term, seen);
    const active = new Set(attempts.map(admissionIdOf));
    for (const job of settled) active.delete(admissionId(job));
    return active;
  }

  async #create(term: LeaderTerm, due: readonly Due<'create'>[], now: Date): Promise<void> {
    const oldestFirst = due.map(({ job }) => job).sort((a, b) => (a.admittedAt?.getTime() ?? 0) - (b.admittedAt?.getTime() ?? 0));
    const untried = oldestFirst.filter((job) => this.calls.isDue('create', ofJob(job)));
    const placed = await this.placements.of(takeTurns(untried, (job) => job.tenantId).slice(0, MOST_CREATED));
    const tenants = [...new Map(placed.map(({ workload }) => [workload.tenant.id, workload.tenant])).values()];
    const ofTenant = ({ id }: TenantSpace): CallSubject => ({ tenant: id, object: id });
    const { done: ready } = await this.calls.forEach(term, 'prepare', tenants, ofTenant, (tenant) => this.cluster.ensureTenant(tenant));
    const prepared = new Set(ready.map(({ id }) => id));
    const creatable = placed.filter(({ job }) => prepared.has(job.tenantId));
    const { done, refused } = await this.calls.forEach(term, 'create', creatable, ofPlaced, ({ workload }) =>
      this.cluster.ensureJob(workload),
    );
    // What is refused for good is not sent again: the next turn ends the attempt, and its tenant is told why.
    const at = instantOf(now);
    await this.decidedEnds.decide(
      term,
      refused.map(({ item: { job }, refusal }) => {
        return { jobId: job.id, attempt: job.attempt, end: { ...cannotStart(refusedByCluster(refusal.said)), at } };
      }),
    );
    await this.#applyAll(
      term,
      done.filter(({ job }) => job.state === 'Admitted').map(({ job }) => ({ job, transition: { kind: 'created' } })),
    );
  }

  /** Each pod to the node that the scheduling cycle has counted for its index. */
  async #assignNodes(term: LeaderTerm, due: readonly Due<'assign-nodes'>[]): Promise<void> {
    const waiting = due.flatMap(({ job, step }) => step.pods.map((pod) => ({ pod, node: job.placement?.[pod.index] })));
    const subjectOf = ({ pod }: { readonly pod: PodObservation }): CallSubject => ({ tenant: pod.tenant, object: pod.uid });
    await this.calls.forEach(term, 'assign', waiting, subjectOf, async ({ pod, node }) => {
      if (node !== undefined) await this.cluster.assignNode(pod, node);
    });
  }

  async #stop(term: LeaderTerm, due: readonly Due<'stop-pods'>[]): Promise<void> {
    const grace = new Map(due.map(({ job, step }) => [job.id, step.graceSeconds]));
    const placed = await this.placements.of(due.map(({ job }) => job));
    await this.calls.forEach(term, 'stop', placed, ofPlaced, ({ job, workload }) =>
      this.cluster.deleteJob(workload, grace.get(job.id) ?? job.graceSeconds),
    );
  }

  /** Leaves those alone that may not happen any more: the next turn sees why. */
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

/**
 * Pods that the platform lost; one at least where a job is told to run and there is nothing that does. A pod whose end nobody saw is
 * none of them where the cluster still tells that its process ended by itself: only the time is lost then.
 */
function lostPods(job: Job, { view, lost, running }: RecordedPods): number {
  const id = admissionId(job);
  const own = view.ofAdmission(id);
  const endedByItself = new Set(own.filter((pod) => hasEnded(pod) && hasExited(pod)).map((pod) => pod.uid));
  const taken = (lost.get(id) ?? []).filter((uid) => !endedByItself.has(uid)).length;
  const stranded = job.state === 'Running' && own.length === 0 && !running.has(id);
  return Math.max(taken, stranded ? 1 : 0);
}

function hasExited(pod: PodObservation): boolean {
  return pod.exitCode !== undefined && causeOfPodEnd(pod) !== 'platform';
}

/** Whether the attempt's pods give no cause to look at it: there are some, all of them on their way and on their nodes. */
function isQuiet({ view, lost }: RecordedPods, id: string): boolean {
  const own = view.ofAdmission(id);
  if (own.length === 0 || lost.has(id) || view.startSigns(id).length > 0) return false;
  return own.every((pod) => !hasEnded(pod) && !pod.gated && !pod.deleting);
}

function only<Kind extends AttemptStep['do']>(due: readonly (Omit<Due<Kind>, 'step'> & { step: AttemptStep })[], kind: Kind): Due<Kind>[] {
  return due.filter((each): each is Due<Kind> => each.step.do === kind);
}
