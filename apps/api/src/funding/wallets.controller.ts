import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { QuotasService, WalletSheetsService, WalletsService } from '#funding';
import type { Principal } from '#identity';
import { Clock, instantOf } from '#kernel';
import { GrantSheetsService } from '#grants';
import { RunwayService } from '#insight';
import { ConcurrencyLimitsService } from '#scheduling';
import { CompaniesService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { afterOf } from '../http/pages.ts';
import { entriesAnswer, entriesQuery, showEntries } from '../grants/grant.schemas.ts';
import { jobNamesOf } from '../grants/job-names.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { balanceAnswer, showBalance } from './wallet.schemas.ts';

/** What a company can spend: its wallet and its grants. */
@ApiTags('Balances, wallets and quotas')
@Controller('companies/:id')
export class WalletsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly wallets: WalletsService,
    private readonly walletSheets: WalletSheetsService,
    private readonly quotas: QuotasService,
    private readonly limits: ConcurrencyLimitsService,
    private readonly grantSheets: GrantSheetsService,
    private readonly runway: RunwayService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: "Read a company's balance",
    description: 'Grants and wallet with what is available, held and spent, and how long it lasts.',
  })
  @Get('balance')
  @Allow('wallet.read')
  @Answers(balanceAnswer)
  async balance(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
  ): Promise<z.infer<typeof balanceAnswer>> {
    requireReadable(principal, id);
    const at = instantOf(this.clock.now());
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      const quota = await this.quotas.of(tx, id, at);
      const grants = await this.grantSheets.outlooks(
        tx,
        quota.grants.map(({ grant }) => grant),
        at,
      );
      const runwayOf = await this.runway.bySource(tx, id, at);
      return showBalance(await this.wallets.balance(tx, id), quota, await this.limits.list(tx, [id]), grants, runwayOf);
    });
  }

  @ApiOperation({
    summary: 'List the ledger entries of a wallet',
    description: 'The lines of the ledger with the running balance, from the first one on or from the latest one back.',
  })
  @Get('wallet/entries')
  @Allow('wallet.read')
  @Answers(entriesAnswer)
  async entries(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Query({ schema: entriesQuery }) query: z.infer<typeof entriesQuery>,
  ): Promise<z.infer<typeof entriesAnswer>> {
    requireReadable(principal, id);
    const cursor = afterOf(query);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      const request = { limit: query.limit, order: query.order, ...(cursor !== undefined && { cursor }) };
      const entries = await this.walletSheets.entries(tx, id, query.side, request);
      return showEntries(entries, await jobNamesOf(tx, entries.items));
    });
  }
}
