import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CatalogService } from '#catalog';
import { Transactions } from '#database';
import { QuotesService } from '#funding';
import { companyOf, type Principal } from '#identity';
import { Clock, instantOf } from '#kernel';
import { JobsService, type JobSpec, totalGpus } from '#jobs';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { JobFilePipe } from './job-file.pipe.ts';
import { jobFileDescription, quoteAnswer, showQuote } from './job.schemas.ts';

/** Quotes: what a job would cost, and who would pay, before it is submitted. */
@ApiTags('Quotes')
@Controller('quotes')
export class QuotesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly catalog: CatalogService,
    private readonly quotes: QuotesService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'Quote a job', description: 'What the job costs if it runs as long as it may, and who pays. Nothing is held.' })
  @Post()
  @Allow('quote.read')
  @ApiBody(jobFileDescription)
  @Answers(quoteAnswer)
  async quote(@CurrentPrincipal() principal: Principal, @Body(JobFilePipe) spec: JobSpec): Promise<z.infer<typeof quoteAnswer>> {
    const tenantId = companyOf(principal);
    const { gpuClass, maxRuntimeSeconds, selfPay } = spec;
    const gpus = totalGpus(spec);
    const gpuSeconds = BigInt(gpus) * BigInt(maxRuntimeSeconds);
    const quote = await this.transactions.run(async (tx) => {
      await this.jobs.requireRunnable(tx, tenantId, spec);
      const now = this.clock.now();
      const fenPerGpuHour = await this.catalog.priceAt(tx, gpuClass, now);
      return await this.quotes.quote(tx, { tenantId, gpuClass, gpuSeconds, fenPerGpuHour, selfPay }, instantOf(now));
    });
    return showQuote({ gpuClass, gpus, maxRuntimeSeconds }, quote);
  }
}
