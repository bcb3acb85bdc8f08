import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { GpuMetricsService } from '#insight';
import { JobsService } from '#jobs';
import { CompaniesService } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { jobId } from './job.schemas.ts';
import { metricsAnswer, metricsQuery, showMetrics } from './job-metrics.schemas.ts';

/** What the GPUs of a job do. */
@ApiTags('Jobs')
@Controller('jobs/:id/metrics')
export class JobMetricsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly companies: CompaniesService,
    private readonly metrics: GpuMetricsService,
  ) {}

  @ApiOperation({
    summary: 'Read the GPU utilisation and memory of a job',
    description:
      'Of each replica of an attempt, from its start to its end or until now, with at most 240 points. They come from the Prometheus of the park that scrapes the DCGM exporter; nothing is charged by them.',
  })
  @Get()
  @Allow('job.read')
  @Answers(metricsAnswer)
  async read(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: metricsQuery }) query: z.infer<typeof metricsQuery>,
  ): Promise<z.infer<typeof metricsAnswer>> {
    const { job, slug } = await this.transactions.run(async (tx) => {
      const found = await this.jobs.get(tx, id, principal.tenantId);
      return { job: found, slug: (await this.companies.byIds(tx, [found.tenantId])).get(found.tenantId)?.slug };
    });
    const attempt = query.attempt ?? job.attempt;
    return showMetrics(attempt, slug === undefined ? undefined : await this.metrics.ofJob(job, slug, attempt));
  }
}
