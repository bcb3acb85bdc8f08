import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
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

/** What takes two people: proposed where it is asked for, confirmed here by another person of the same right. */
@Controller('decisions')
export class DecisionsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly decisions: DecisionsService,
    private readonly clock: Clock,
  ) {}

  /** The latest first. */
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

  @Get(':id')
  @Allow('decision.read')
  @Answers(decisionAnswer)
  async get(@Param('id', { schema: decisionId }) id: string): Promise<Answer> {
    return showDecision(await this.transactions.run((tx) => this.decisions.get(tx, id, this.#now())));
  }

  /** Carries it out; not by who proposed it, nor by whom it favours. */
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

  /** By who proposed it. */
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
