import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { DecisionsService } from '#decisions';
import type { Principal } from '#identity';
import { Clock, type Instant, instantOf } from '#kernel';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { afterOf, page } from '../http/pages.ts';
import { decisionAnswer, decisionComment, decisionId, decisionsAnswer, decisionsQuery, showDecision } from './decision.schemas.ts';

type Answer = z.infer<typeof decisionAnswer>;

/** Changes that take two people. The route of a change proposes it; here another person with the same right confirms it. */
@ApiTags('Two-person decisions')
@Controller('decisions')
export class DecisionsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly decisions: DecisionsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'List decisions that take two people', description: 'The latest first.' })
  @Get()
  @Allow('decision.read')
  @Answers(decisionsAnswer)
  async list(@Query({ schema: decisionsQuery }) query: z.infer<typeof decisionsQuery>): Promise<z.infer<typeof decisionsAnswer>> {
    const after = afterOf(query);
    const filter = {
      limit: query.limit + 1,
      ...(query.state !== undefined && { state: query.state }),
      ...(query.kind !== undefined && { kind: query.kind }),
      ...(after !== undefined && { after }),
    };
    const found = await this.transactions.run((tx) => this.decisions.list(tx, filter, this.#now()));
    return page(found, query.limit, ({ id }) => id, showDecision);
  }

  @ApiOperation({ summary: 'Read a decision', description: 'The proposal, its proposer, and until when it waits for a second person.' })
  @Get(':id')
  @Allow('decision.read')
  @Answers(decisionAnswer)
  async get(@Param('id', { schema: decisionId }) id: string): Promise<Answer> {
    return showDecision(await this.transactions.run((tx) => this.decisions.get(tx, id, this.#now())));
  }

  @ApiOperation({
    summary: 'Confirm a decision',
    description: 'Carries out the proposal. Neither the proposer nor a person who profits from it may confirm it.',
  })
  @Post(':id/confirmation')
  @Allow('decision.write')
  @Answers(decisionAnswer)
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: decisionId }) id: string,
    @Body({ schema: decisionComment }) { comment = '' }: z.infer<typeof decisionComment>,
  ): Promise<Answer> {
    return showDecision(await this.transactions.run((tx) => this.decisions.confirm(tx, principal, id, comment, this.#now())));
  }

  @ApiOperation({
    summary: 'Reject a decision',
    description: 'Ends the decision without carrying it out. Another person than the proposer does this.',
  })
  @Post(':id/rejection')
  @Allow('decision.write')
  @Answers(decisionAnswer)
  async reject(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: decisionId }) id: string,
    @Body({ schema: decisionComment }) { comment = '' }: z.infer<typeof decisionComment>,
  ): Promise<Answer> {
    return showDecision(await this.transactions.run((tx) => this.decisions.reject(tx, principal, id, comment, this.#now())));
  }

  @ApiOperation({ summary: 'Withdraw a decision', description: 'Ends the decision without carrying it out. The proposer does this.' })
  @Post(':id/withdrawal')
  @Allow('decision.write')
  @Answers(decisionAnswer)
  async withdraw(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: decisionId }) id: string,
    @Body({ schema: decisionComment }) { comment = '' }: z.infer<typeof decisionComment>,
  ): Promise<Answer> {
    return showDecision(await this.transactions.run((tx) => this.decisions.withdraw(tx, principal, id, comment, this.#now())));
  }

  #now(): Instant {
    return instantOf(this.clock.now());
  }
}
