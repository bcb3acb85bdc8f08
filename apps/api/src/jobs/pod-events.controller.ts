import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { JobsService } from '#jobs';
import { PodEventsService } from '#pod-history';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { jobId } from './job.schemas.ts';
import { podEventsAnswer, showPodEvent } from './pod-event.schemas.ts';

/** What the cluster reported of the pods of a job. */
@ApiTags('Job events and logs')
@Controller('jobs/:id/pod-events')
export class PodEventsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly podEvents: PodEventsService,
  ) {}

  @ApiOperation({
    summary: 'List what the cluster reported of the pods of a job',
    description:
      'Events of Kubernetes and reasons in the status of the pods, of all attempts, in the order in which they first occurred: each with a stable code, a sentence in English and Chinese, and what to do. They stay when the pods are gone; a job has at most 500.',
  })
  @Get()
  @Allow('job.read')
  @Answers(podEventsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
  ): Promise<z.infer<typeof podEventsAnswer>> {
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, id, principal.tenantId);
      return { items: (await this.podEvents.list(tx, job.id)).map(showPodEvent) };
    });
  }
}
