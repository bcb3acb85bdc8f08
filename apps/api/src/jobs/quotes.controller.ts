import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CatalogService, type GpuClass } from '#catalog';
import { Transactions, type Tx } from '#database';
import { QuotesService } from '#funding';
import { companyOf, type Principal } from '#identity';
import { Clock, type Fen, instantOf } from '#kernel';
import { firstHold, type Job, JobAcceptanceService, JobSettings, type JobSpec, replicaShape, submittedJob, totalGpus } from '#jobs';
import { type InadmissibleReason, PublishedSchedulesService, type ScheduleTerms, StartOutlooksService } from '#scheduling';
import { ClusterAccess } from '../cluster-access.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { LimitedSubmission } from '../http/limits.ts';
import { JobFilePipe } from './job-file.pipe.ts';
import { jobFileDescription } from './job.schemas.ts';
import { quoteAnswer, showQuote } from './quote.schemas.ts';

/** Quotes: what a job would cost, who would pay, and when it would start, before it is submitted. */
@ApiTags('Quotes')
@Controller('quotes')
export class QuotesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly acceptance: JobAcceptanceService,
    private readonly catalog: CatalogService,
    private readonly quotes: QuotesService,
    private readonly schedules: PublishedSchedulesService,
    private readonly outlooks: StartOutlooksService,
    private readonly access: ClusterAccess,
    private readonly settings: JobSettings,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Quote a job',
    description:
      'What the job costs if it runs as long as it may, who pays, and what a waiting job is told: whether it would start now, its place in the queue, everything that would keep it, and its expected start. Nothing is held.',
  })
  @Post()
  @Allow('quote.read')
  @LimitedSubmission()
  @ApiBody(jobFileDescription)
  @Answers(quoteAnswer)
  async quote(@CurrentPrincipal() principal: Principal, @Body(JobFilePipe) spec: JobSpec): Promise<z.infer<typeof quoteAnswer>> {
    const tenantId = companyOf(principal);
    const { gpuClass, maxRuntimeSeconds, selfPay } = spec;
    const gpus = totalGpus(spec);
    const gpuSeconds = BigInt(gpus) * BigInt(maxRuntimeSeconds);
    const { quote, schedule, asked } = await this.transactions.run(async (tx) => {
      await this.acceptance.requireRunnable(tx, tenantId, spec, (offered: GpuClass) => this.access.nodesOf(offered));
      const now = this.clock.now();
      const fenPerGpuHour = await this.catalog.priceAt(tx, gpuClass, now);
      const request = { tenantId, gpuClass, gpuSeconds, fenPerGpuHour, selfPay };
      const [published, job] = [await this.schedules.latest(tx), submittedJob(principal, tenantId, spec, now)];
      return {
        quote: await this.quotes.quote(tx, request, instantOf(now)),
        schedule: published,
        asked: published && {
          ...{ job, replica: replicaShape(spec, this.settings) },
          inadmissible: await this.#unfunded(tx, job, fenPerGpuHour, published.terms, now),
        },
      };
    });
    // The thread that answers needs no connection to the database.
    const outlook = schedule && asked && (await this.outlooks.of(schedule, asked));
    const start = schedule && outlook && { ...outlook, asOf: schedule.publishedAt };
    return showQuote({ gpuClass, gpus, maxRuntimeSeconds }, quote, start);
  }

  /** Why its first hold could not be placed now; undefined where it could (rule F5). */
  async #unfunded(tx: Tx, job: Job, fenPerGpuHour: Fen, { holds }: ScheduleTerms, now: Date): Promise<InadmissibleReason | undefined> {
    const { id, tenantId, gpuClass, selfPay } = job;
    const opening = { request: { id, jobId: id, tenantId, gpuClass, fenPerGpuHour, selfPay }, holdTarget: firstHold(job, holds) };
    const refusal = (await this.quotes.unfunded(tx, [opening], instantOf(now))).get(id);
    return refusal && { reason: 'funds', detail: refusal.detail };
  }
}
