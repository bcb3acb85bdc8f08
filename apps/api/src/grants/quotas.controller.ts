import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { QuotasService } from '#funding';
import type { Principal } from '#identity';
import { Clock, instantOf } from '#kernel';
import { ConcurrencyLimitsService } from '#scheduling';
import { CompaniesService, requireReadable } from '#tenancy';
import { gpuClassCode } from '../catalog/catalog.schemas.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { limitInput, limitsAnswer, quotaAnswer, showLimit, showQuota } from './grant.schemas.ts';

/** What a company may use: grants and holds, caps, and its number of GPUs at the same time. */
@ApiTags('Balances, wallets and quotas')
@Controller('companies/:id')
export class QuotasController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly quotas: QuotasService,
    private readonly limits: ConcurrencyLimitsService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: "Read a company's quota",
    description: 'Grants and holds, caps, and how many GPUs the company may use at once.',
  })
  @Get('quota')
  @Allow('grant.read')
  @Answers(quotaAnswer)
  async quota(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
  ): Promise<z.infer<typeof quotaAnswer>> {
    requireReadable(principal, id);
    const at = instantOf(this.clock.now());
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return showQuota(await this.quotas.of(tx, id, at), await this.limits.list(tx, [id]));
    });
  }

  @ApiOperation({
    summary: 'Set a concurrency limit',
    description: 'Sets or lifts the share and the limit of GPUs of a class that the company may use at once.',
  })
  @Put('concurrency-limits/:gpuClass')
  @Allow('grant.manage')
  @Answers(limitsAnswer)
  async limit(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('gpuClass', { schema: gpuClassCode }) gpuClass: string,
    @Body({ schema: limitInput }) { maxGpus, share }: z.infer<typeof limitInput>,
  ): Promise<z.infer<typeof limitsAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      const before = (await this.limits.list(tx, [id])).find((limit) => limit.gpuClass === gpuClass);
      await this.limits.set(tx, principal, id, gpuClass, { maxGpus, share: share === undefined ? (before?.share ?? null) : share });
      return { items: (await this.limits.list(tx, [id])).map(showLimit) };
    });
  }
}
