import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import {
  canApply,
  conditionOf,
  DRAIN_STOPS,
  drainStep,
  type Job,
  type JobEvent,
  JobNotesService,
  JobsService,
  noticeEnd,
  type Transition,
} from '#jobs';
import { Clock, formatInstant, instantOf } from '#kernel';
import { CompaniesService, lockTenants } from '#tenancy';
import { ControllerSettings } from '../controller-settings.ts';

const CONTROLLER = systemActor('controller');
const EVERY_MILLISECONDS = 5_000;
/** Jobs resumed in one transaction. */
const BATCH = 500;

/** Applies a company's status to its running jobs: warns and drains them, and resumes them when the company is active again. */
@Injectable()
export class CompanyStatusLoop {
  readonly #log = new Logger('company-status');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly notes: JobNotesService,
    private readonly companies: CompaniesService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns milliseconds of the clock until the next turn; fewer where a notice ends before that */
  async turn(term: LeaderTerm): Promise<number> {
    const now = instantOf(this.clock.now());
    const tx = this.transactions.reader;
    const companies = await this.companies.notActive(tx);
    const tenantIds = companies.map(({ id }) => id);
    const running = companies.length === 0 ? [] : await this.jobs.inStates(tx, ['Admitted', 'Starting', 'Running'], { tenantIds });
    let pause = EVERY_MILLISECONDS;
    for (const company of companies) {
      const { id } = company;
      const own = running.filter((job) => job.tenantId === id);
      if (own.length === 0) continue;
      const { failed } = await inIsolatedBatches([id], 1, () => this.#drain(term, id, own));
      for (const { error } of failed) this.#log.error(`the jobs of ${id} cannot be drained: ${String(error)}`);
      const left = noticeEnd(company, this.settings.drainNoticeSeconds) - now;
      if (left > 0) pause = Math.min(pause, left * 1_000);
    }
    await this.#resumeDrained(term, new Set(tenantIds));
    return pause;
  }

  async #drain(term: LeaderTerm, tenantId: string, running: readonly Job[]): Promise<void> {
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      // The locks keep the company's status and the jobs' states until the commit. Jobs that ended or were cancelled are left out.
      await lockTenants(tx, [tenantId]);
      const company = await this.companies.get(tx, tenantId);
      const now = instantOf(this.clock.now());
      const ids = running.map((job) => job.id);
      const warnings = await this.notes.drainWarnings(tx, ids);
      const steps = (await this.jobs.lockAll(tx, ids)).flatMap((job) => {
        if (!canApply(conditionOf(job), 'stop-requested')) return [];
        const step = drainStep(company, sinceOf(warnings.get(job.id)), this.settings.drainNoticeSeconds, now);
        if (step.do === 'none') return [];
        const data = { since: company.statusSince.toISOString(), stopsAt: formatInstant(step.stopsAt) };
        return [{ job, do: step.do, reason: step.reason, data }];
      });
      const [warned, stopped] = [steps.filter((step) => step.do === 'warn'), steps.filter((step) => step.do === 'stop')];
      const stopsAt = formatInstant(noticeEnd(company, this.settings.drainNoticeSeconds));
      const { id, name, status, statusReason: reason } = company;
      await this.notes.warnOfDrain(tx, CONTROLLER, { company: { id, name, status, reason }, stopsAt }, warned);
      const stops = new Map(
        stopped.map(({ job, reason, data }): [string, Transition] => [job.id, { kind: 'stop-requested', reason, data }]),
      );
      await this.jobs.applyAll(tx, [...stops.keys()], (job) => stops.get(job.id), CONTROLLER);
      if (warned.length + stopped.length > 0)
        this.#log.log(`${company.name} is ${company.status}: warned ${warned.length} of its jobs, stopped ${stopped.length}`);
    });
  }

  /** Returns drained jobs that asked for it to the queue once their company is active again. */
  async #resumeDrained(term: LeaderTerm, notActive: ReadonlySet<string>): Promise<void> {
    const drained = await this.jobs.inStates(this.transactions.reader, ['Suspended'], { stopReasons: DRAIN_STOPS });
    const wanted = drained.filter((job) => !notActive.has(job.tenantId) && job.spec.checkpoint.resume === 'auto');
    if (wanted.length === 0) return;
    const resumed: Transition = { kind: 'resumed', reason: 'company active again' };
    const { failed } = await inIsolatedBatches(wanted, BATCH, async (batch) => {
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        const ids = batch.map(({ id }) => id);
        await this.jobs.applyAll(tx, ids, (job) => (canApply(conditionOf(job), 'resumed') ? resumed : undefined), CONTROLLER);
      });
    });
    for (const { item, error } of failed) this.#log.error(`${item.id} cannot be resumed: ${String(error)}`);
  }
}

/** The `statusSince` of the company that this warning is about. */
function sinceOf(warning: JobEvent | undefined): string | undefined {
  const since = warning?.data?.['since'];
  return typeof since === 'string' ? since : undefined;
}
