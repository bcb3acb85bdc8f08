import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { GrantsService } from '#grants';
import type { Principal } from '#identity';
import { RunwayService } from '#insight';
import { Clock, type Instant, instantOf } from '#kernel';
import { CompaniesService, requireReadable } from '#tenancy';
import { grantId } from '../grants/grant.schemas.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { burnDownAnswer, companyRunwayAnswer, showBurnDown, showRunway, walletDaysQuery } from './runway.schemas.ts';

/** How long funds last, and what was left of them day by day. */
@ApiTags('Insight')
@Controller()
export class RunwayController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly grants: GrantsService,
    private readonly runway: RunwayService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: "Read for how long a company's funds last",
    description: 'At the rate of the last seven days: which classes, which grants pay in which order, what lapses, and when funds end.',
  })
  @Get('companies/:id/runway')
  @Allow('wallet.read')
  @Answers(companyRunwayAnswer)
  async ofCompany(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
  ): Promise<z.infer<typeof companyRunwayAnswer>> {
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return showRunway(await this.runway.ofCompany(tx, id, this.#now()));
    });
  }

  @ApiOperation({
    summary: 'Read the burn-down of a grant',
    description: 'What was available and held at the end of each day, and the forecast at the rate of the last seven days.',
  })
  @Get('grants/:id/burn-down')
  @Allow('grant.read')
  @Answers(burnDownAnswer)
  async ofGrant(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: grantId }) id: string,
  ): Promise<z.infer<typeof burnDownAnswer>> {
    return await this.transactions.run(async (tx) => {
      const grant = await this.grants.get(tx, id, principal.tenantId);
      return showBurnDown(await this.runway.ofGrant(tx, grant, this.#now()));
    });
  }

  @ApiOperation({
    summary: 'Read the burn-down of a wallet',
    description: 'What was available and held at the end of each day, and the forecast at the rate of the last seven days.',
  })
  @Get('companies/:id/wallet/burn-down')
  @Allow('wallet.read')
  @Answers(burnDownAnswer)
  async ofWallet(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Query({ schema: walletDaysQuery }) { days }: z.infer<typeof walletDaysQuery>,
  ): Promise<z.infer<typeof burnDownAnswer>> {
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return showBurnDown(await this.runway.ofWallet(tx, id, days, this.#now()));
    });
  }

  #now(): Instant {
    return instantOf(this.clock.now());
  }
}
