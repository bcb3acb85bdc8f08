import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { type Principal, scopedTenant } from '#identity';
import { UtilisationService } from '#insight';
import { Clock, instantOf } from '#kernel';
import { requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { showUtilisation, utilisationAnswer, utilisationQuery } from './utilisation.schemas.ts';

/** How the GPUs were used, and how long jobs waited. */
@ApiTags('Insight')
@Controller('utilisation')
export class UtilisationController {
  constructor(
    private readonly transactions: Transactions,
    private readonly utilisation: UtilisationService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Read the history of utilisation and queue',
    description:
      'Means of the samples by GPU class: GPUs in all, ready and allocated, jobs and GPUs in the queue, and the longest wait. ' +
      'A company reads its own share; the park reads all, and each company in sum.',
  })
  @Get()
  @Allow('utilisation.read')
  @Answers(utilisationAnswer)
  async read(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: utilisationQuery }) query: z.infer<typeof utilisationQuery>,
  ): Promise<z.infer<typeof utilisationAnswer>> {
    if (query.company !== undefined) requireReadable(principal, query.company);
    const companyId = scopedTenant(principal, query.company);
    const asked = {
      resolution: query.resolution,
      ...(query.from !== undefined && { from: instantOf(query.from) }),
      ...(query.until !== undefined && { until: instantOf(query.until) }),
      ...(query.gpuClass !== undefined && { gpuClass: query.gpuClass }),
      ...(companyId !== undefined && { companyId }),
    };
    const now = instantOf(this.clock.now());
    return showUtilisation(await this.transactions.run((tx) => this.utilisation.history(tx, asked, now)));
  }
}
