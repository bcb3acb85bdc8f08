import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { FundingService } from '#funding';
import { jobNames } from '#jobs';
import { BusinessCalendar, type Month } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { DocumentNamesService } from './document-names.service.ts';
import { type JobLine, type LineNames, sharesOf, wholeJobs } from './domain/job-line.ts';
import { finalNames } from './statement-lines.queries.ts';

/**
 * The lines of statements one after the other, in constant memory however many there are (rules T1, T5). Those of a closed month are
 * what its documents say: the ledger takes no entry for it any more, and names are those of the documents.
 */
@Injectable()
export class StatementLinesService {
  constructor(
    private readonly periods: LedgerPeriodsService,
    private readonly funding: FundingService,
    private readonly names: DocumentNamesService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** The jobs of a company in `month`, or of all companies, in batches by company and job. */
  async *jobs(tx: Tx, month: Month, tenantId?: string): AsyncGenerator<JobLine[]> {
    const period = { from: this.calendar.startOf(month), until: this.calendar.endOf(month) };
    for await (const charges of wholeJobs(this.periods.chargeBatches(tx, period, tenantId))) {
      const jobs = [...Map.groupBy(charges, ({ jobId }) => jobId)];
      const ids = jobs.map(([id]) => id);
      const [names, classes] = [await jobNames(tx, ids), await this.funding.classesOf(tx, ids)];
      const lines = jobs.map(([jobId, own]) => {
        const [name, gpuClass] = [names.get(jobId) ?? jobId, classes.get(jobId) ?? ''];
        return { tenantId: own[0]?.tenantId ?? '', jobId, name, gpuClass, shares: sharesOf(own), charges: own };
      });
      yield lines.filter(({ shares }) => shares.length > 0);
    }
  }

  /** What the ids in these lines are called, by company. */
  async namesOf(tx: Tx, month: Month, tenantId?: string): Promise<Map<string, LineNames>> {
    const present = await this.names.ofLines(tx, month, tenantId);
    return new Map([...present, ...(await finalNames(tx, month, tenantId))]);
  }
}
