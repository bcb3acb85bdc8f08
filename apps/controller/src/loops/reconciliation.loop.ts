import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { ClusterService } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { DomainError } from '#kernel';
import { ReconciliationRunsService, ReconciliationService, type ReportedRuns } from '#statements';
import { Leading } from '../schedules/leading.decorator.ts';

/** Reconciles the months that are due every night, keeps what is found, and has people told of a difference when it is first found. */
@Injectable()
export class ReconciliationLoop {
  readonly #log = new Logger('reconciliation');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly reconciliation: ReconciliationService,
    private readonly runs: ReconciliationRunsService,
  ) {}

  /** Looks more often than once a night, so that a night in which the controller was down is made up for soon. */
  @Cron('0 */10 * * * *')
  @Leading('reconciliation')
  async reconcileNight(term: LeaderTerm): Promise<void> {
    const months = await this.runs.due(this.transactions.reader);
    if (months.length === 0) return;
    const reported = await this.#podRuns();
    for (const month of months) {
      const found = await this.transactions.snapshot((tx) => this.reconciliation.ofMonth(tx, month, reported));
      const fresh = await this.transactions.run(async (tx) => {
        await term.fence(tx);
        return await this.runs.record(tx, month, found);
      });
      const { comparedJobs, differenceCount } = found;
      this.#log.log(`${month}: ${comparedJobs} jobs compared, ${differenceCount} differences, ${fresh.length} of them new`);
      for (const { code, reason, jobId = '' } of fresh) this.#log.error(`${month} ${jobId} ${reason} (${code})`);
    }
  }

  /** A night without an answer of the cluster compares the record of what it reported. */
  async #podRuns(): Promise<ReportedRuns> {
    try {
      return await this.cluster.pods.runs();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.#log.warn(`nothing is compared with the cluster itself: ${error.message}`);
      return { source: 'unreachable', runs: [] };
    }
  }
}
