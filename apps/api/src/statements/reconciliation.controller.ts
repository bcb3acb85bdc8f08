import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { BusinessCalendar, Clock, instantOf } from '#kernel';
import { periodOf, ReconciliationRunsService, ReconciliationService } from '#statements';
import { CompaniesService } from '#tenancy';
import { ClusterAccess } from '../cluster-access.ts';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { month as monthSchema } from '../http/wire.ts';
import { nightlyAnswer, reconciliationAnswer, reconciliationQuery, showNightly, showReconciliation } from './reconciliation.schemas.ts';

/** Whether cluster, meter, ledger and statements agree. */
@ApiTags('Months and settlements')
@Controller()
export class ReconciliationController {
  constructor(
    private readonly transactions: Transactions,
    private readonly reconciliation: ReconciliationService,
    private readonly runs: ReconciliationRunsService,
    private readonly companies: CompaniesService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
    private readonly access: ClusterAccess,
  ) {}

  @ApiOperation({
    summary: 'Reconcile a period',
    description:
      'Compares what the cluster reported, what was metered, charged and stated, job by job, and gives each difference its reason.',
  })
  @Get('reconciliation')
  @Allow('reconciliation.read')
  @Answers(reconciliationAnswer)
  async reconcile(
    @Query({ schema: reconciliationQuery }) query: z.infer<typeof reconciliationQuery>,
  ): Promise<z.infer<typeof reconciliationAnswer>> {
    const { company, jobs } = query;
    const period = periodOf(this.calendar, query, instantOf(this.clock.now()));
    // Before the transaction, so that the transaction does not wait for the cluster.
    const reported = await this.access.podRuns();
    const found = await this.transactions.snapshot(async (tx) => {
      if (company !== undefined) await this.companies.get(tx, company);
      const asked = { ...period, ...(company !== undefined && { tenantId: company }) };
      return await this.reconciliation.reconcile(tx, asked, reported, { jobs: jobs === true });
    });
    return showReconciliation(found);
  }

  @ApiOperation({
    summary: 'Read what nightly reconciliations found',
    description:
      'The last run of each month, and the differences without a known cause that are open. Finance and operators hear of each once.',
  })
  @Get('reconciliation/nightly')
  @Allow('reconciliation.read')
  @Answers(nightlyAnswer)
  async nightly(): Promise<z.infer<typeof nightlyAnswer>> {
    return showNightly(await this.transactions.run((tx) => this.runs.nightly(tx)));
  }

  @ApiOperation({ summary: 'Reconcile a month', description: 'The same for one business month of all companies.' })
  @Get('months/:month/reconciliation')
  @Allow('reconciliation.read')
  @Answers(reconciliationAnswer)
  async ofMonth(@Param('month', { schema: monthSchema }) month: string): Promise<z.infer<typeof reconciliationAnswer>> {
    const reported = await this.access.podRuns();
    return showReconciliation(await this.transactions.snapshot((tx) => this.reconciliation.ofMonth(tx, month, reported)));
  }
}
