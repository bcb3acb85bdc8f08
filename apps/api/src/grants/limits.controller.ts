import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions, type Tx } from '#database';
import type { Principal } from '#identity';
import { JobsService, totalGpus } from '#jobs';
import { ConcurrencyLimitsService, LimitGroupsService } from '#scheduling';
import { CompaniesService } from '#tenancy';
import { gpuClassCode } from '../catalog/catalog.schemas.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { groupInput, groupLimitInput, groupName, limitNode, limitTreeAnswer, showLimitTree } from './limit.schemas.ts';

/** The tree of limits: the park, groups of companies, and companies. */
@ApiTags('Balances, wallets and quotas')
@Controller()
export class LimitsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly jobs: JobsService,
    private readonly limits: ConcurrencyLimitsService,
    private readonly groups: LimitGroupsService,
  ) {}

  @ApiOperation({
    summary: 'Read the tree of limits',
    description:
      'The park, groups of companies and companies: the share and the limit of each GPU class, what is in use, and what is borrowed.',
  })
  @Get('limits')
  @Allow('cluster.read')
  @Answers(limitTreeAnswer)
  async tree(): Promise<z.infer<typeof limitTreeAnswer>> {
    return await this.transactions.run(async (tx) => await this.#tree(tx));
  }

  @ApiOperation({
    summary: 'Set the limit of a group or the park',
    description:
      'Sets or lifts the share and the limit of GPUs of a class for a group of companies, or for the park. A company has its own.',
  })
  @Put('limits/:node/:gpuClass')
  @Allow('grant.manage')
  @Answers(limitTreeAnswer)
  async limit(
    @CurrentPrincipal() principal: Principal,
    @Param('node', { schema: limitNode }) node: string,
    @Param('gpuClass', { schema: gpuClassCode }) gpuClass: string,
    @Body({ schema: groupLimitInput }) limit: z.infer<typeof groupLimitInput>,
  ): Promise<z.infer<typeof limitTreeAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.groups.setLimit(tx, principal, node, gpuClass, limit);
      return await this.#tree(tx);
    });
  }

  @ApiOperation({
    summary: 'Set the companies of a group',
    description:
      'Makes a group of exactly these companies, which leave the groups of before. Without any, the group and its limits are removed.',
  })
  @Put('limit-groups/:group')
  @Allow('grant.manage')
  @Answers(limitTreeAnswer)
  async group(
    @CurrentPrincipal() principal: Principal,
    @Param('group', { schema: groupName }) group: string,
    @Body({ schema: groupInput }) { companies }: z.infer<typeof groupInput>,
  ): Promise<z.infer<typeof limitTreeAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.groups.setGroup(tx, principal, group, companies);
      return await this.#tree(tx);
    });
  }

  async #tree(tx: Tx): Promise<z.infer<typeof limitTreeAnswer>> {
    const [members, ofGroups, ofCompanies] = [await this.groups.members(tx), await this.groups.list(tx), await this.limits.list(tx)];
    const uses = (await this.jobs.active(tx)).map((job) => ({ tenantId: job.tenantId, gpuClass: job.gpuClass, gpus: totalGpus(job) }));
    const named = [...members, ...ofCompanies, ...uses].map(({ tenantId }) => tenantId);
    const companies = await this.companies.byIds(tx, [...new Set(named)]);
    return showLimitTree({ members, ofGroups, ofCompanies, uses, companies });
  }
}
