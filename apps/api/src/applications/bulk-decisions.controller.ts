import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ApplicationDecisionsService } from '#applications';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { Clock, instantOf } from '#kernel';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { bulkAnswer, doEach } from '../http/bulk.ts';
import { Idempotent } from '../http/idempotency.ts';
import { bulkDecisionInput, bulkReviewInput } from './application.schemas.ts';

/** Reviews and final decisions on several applications at once, with one verdict and one comment. */
@ApiTags('Applications')
@Controller('applications/bulk')
export class BulkDecisionsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly decisions: ApplicationDecisionsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Review several applications',
    description:
      'Each as by its own route, for the amount and period that it asks for, with a result of its own: one that is refused does not stop the others.',
  })
  @Post('review')
  @Allow('application.review')
  @Idempotent()
  @Answers(bulkAnswer)
  async review(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: bulkReviewInput }) { items, ...decision }: z.infer<typeof bulkReviewInput>,
  ): Promise<z.infer<typeof bulkAnswer>> {
    const at = instantOf(this.clock.now());
    return await this.transactions.run(async (tx) => {
      await this.decisions.lockCompanies(tx, items);
      return await doEach(tx, items, (inner, { id, version }) => this.decisions.review(inner, principal, id, version, decision, at));
    });
  }

  @ApiOperation({
    summary: 'Decide on several applications',
    description:
      'Each as by its own route, for the amount and period that were asked for or approved before, with a result of its own: one that is refused does not stop the others.',
  })
  @Post('decision')
  @Allow('application.decide')
  @Idempotent()
  @Answers(bulkAnswer)
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: bulkDecisionInput }) { items, ...decision }: z.infer<typeof bulkDecisionInput>,
  ): Promise<z.infer<typeof bulkAnswer>> {
    const at = instantOf(this.clock.now());
    return await this.transactions.run(async (tx) => {
      await this.decisions.lockCompanies(tx, items);
      return await doEach(tx, items, (inner, { id, version }) => this.decisions.decide(inner, principal, id, version, decision, at));
    });
  }
}
