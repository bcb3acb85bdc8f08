import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { FundingService, type HoldRefusal, type InsufficientFunds, QuotesService } from '#funding';
import { Clock, DomainError, instantOf, invariant } from '#kernel';
import { type Job, JobsService, type PlaceableJob, type Transition } from '#jobs';
import { inadmissibleReason, type InadmissibleReason } from '#scheduling';
import { CompaniesService, lockTenants } from '#tenancy';
import { timing } from '../schedules/timing.ts';
import { nextAdmission, Openings } from './openings.ts';

const CONTROLLER = systemActor('controller');
/** Jobs admitted in one transaction. The number limits how long settlements wait for the locks of these tenants. */
const BATCH = 100;

/** A job that the cycle starts, and the node of each replica. */
export interface Admitting {
  readonly job: PlaceableJob;
  readonly placement: readonly string[];
}

/** What became of the jobs that a cycle started. A job that is in neither was cancelled meanwhile, or failed by itself. */
export interface AdmissionResults {
  readonly admitted: readonly Admitting[];
  /** The jobs that must wait instead, and why. */
  readonly refused: readonly RefusedStart[];
}

/** A job that must wait instead of starting. */
export interface RefusedStart {
  readonly job: PlaceableJob;
  readonly reason: InadmissibleReason;
  /** Where its funds could not be held. */
  readonly hold?: HoldRefusal;
}

/** Admits jobs: their holds and their state change together (rule F5). */
@Injectable()
export class Admissions {
  readonly #log = new Logger('admission');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly companies: CompaniesService,
    private readonly funding: FundingService,
    private readonly quotes: QuotesService,
    private readonly openings: Openings,
    private readonly clock: Clock,
  ) {}

  /** Admits many jobs in one transaction, ordered by tenant. */
  async admit(term: LeaderTerm, starts: readonly Admitting[]): Promise<AdmissionResults> {
    const byTenant = [...Map.groupBy(starts, ({ job }) => job.tenantId).values()].flat();
    const { results, failed } = await inIsolatedBatches(byTenant, BATCH, (batch) => this.#admit(term, batch));
    for (const { item, error } of failed) {
      // The job was cancelled after the cycle, so it is not in the queue any more either.
      if (error instanceof DomainError && error.code === 'job.transition-refused') continue;
      this.#log.error(`${item.job.id} (${item.job.name}) cannot be admitted: ${String(error)}`);
    }
    return { admitted: results.flatMap(({ admitted }) => admitted), refused: results.flatMap(({ refused }) => refused) };
  }

  /** Those of `jobs` whose holds could not be placed now, if they were placed in this order. It writes nothing. */
  async unfunded(jobs: readonly PlaceableJob[]): Promise<RefusedStart[]> {
    if (jobs.length === 0) return [];
    const { reader } = this.transactions;
    const now = this.clock.now();
    const unfunded = await this.quotes.unfunded(reader, await this.openings.of(reader, jobs, now), instantOf(now));
    return jobs.flatMap((job) => {
      const refusal = unfunded.get(nextAdmission(job));
      return refusal === undefined ? [] : [withoutFunds(job, refusal)];
    });
  }

  /**
   * Places the holds and admits the jobs in one transaction: no job is admitted without funds, and no hold exists without its job (rule
   * F5). The number of statements does not grow with the number of jobs.
   */
  async #admit(term: LeaderTerm, batch: readonly Admitting[]): Promise<AdmissionResults> {
    const end = timing('holds');
    const results = await this.transactions.run(async (tx): Promise<AdmissionResults> => {
      await term.fence(tx);
      const now = this.clock.now();
      const tenantIds = [...new Set(batch.map(({ job }) => job.tenantId))];
      // The lock keeps a company's status until the commit: a suspended company gets no new hold.
      await lockTenants(tx, tenantIds);
      const companies = await this.companies.byIds(tx, tenantIds);
      const judged = batch.map((each) => ({
        ...each,
        reason: inadmissibleReason(each.job, companies.get(each.job.tenantId), instantOf(now)),
      }));
      const openings = await this.openings.of(
        tx,
        judged.flatMap(({ job, reason }) => (reason === undefined ? [job] : [])),
        now,
      );
      const unfunded = await this.funding.openAll(tx, openings, instantOf(now));
      const prices = new Map(openings.map(({ request }) => [request.jobId, request.fenPerGpuHour]));
      const refused = judged.flatMap(({ job, reason }): RefusedStart[] => {
        if (reason !== undefined) return [{ job, reason }];
        const refusal = unfunded.get(nextAdmission(job));
        return refusal === undefined ? [] : [withoutFunds(job, refusal)];
      });
      const waiting = new Set(refused.map(({ job }) => job.id));
      const admitted = new Map(batch.filter(({ job }) => !waiting.has(job.id)).map((each) => [each.job.id, each]));
      const transitionOf = (job: Job): Transition => {
        const placement = admitted.get(job.id)?.placement ?? [];
        return { kind: 'admitted', at: now, placement, data: { placement, fenPerGpuHour: (prices.get(job.id) ?? 0n).toString() } };
      };
      const applied = await this.jobs.applyAll(tx, [...admitted.keys()], transitionOf, CONTROLLER);
      invariant(applied.length === admitted.size, 'every hold belongs to an admitted job');
      return { admitted: [...admitted.values()], refused };
    });
    end();
    for (const { job } of results.admitted) this.#log.log(`${job.id} (${job.name}) is admitted`);
    return results;
  }
}

/** A job that must wait because its hold cannot be placed. */
export function withoutFunds(job: PlaceableJob, { detail, refusal }: InsufficientFunds): RefusedStart {
  return { job, reason: { reason: 'funds', detail }, hold: refusal };
}
