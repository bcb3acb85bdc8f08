import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { QuotasService, TopUpsService, WalletsService, WalletSheetsService } from '#funding';
import type { Principal } from '#identity';
import { Clock, instantOf, newId } from '#kernel';
import { GrantSheetsService } from '#grants';
import { ConcurrencyLimitsService } from '#scheduling';
import { CompaniesService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { IdempotencyKey, Idempotent } from '../http/idempotency.ts';
import { afterOf, page } from '../http/pages.ts';
import { entriesAnswer, entriesQuery, showEntries } from '../grants/grant.schemas.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { decisionAnswer, showDecision } from '../decisions/decision.schemas.ts';
import {
  balanceAnswer,
  reversalInput,
  showBalance,
  showTopUp,
  showWallet,
  topUpId,
  topUpInput,
  topUpsAnswer,
  topUpsQuery,
  walletAnswer,
} from './wallet.schemas.ts';

/** What a company can spend: its wallet and its grants. */
@ApiTags('Balances, wallets and quotas')
@Controller('companies/:id')
export class WalletsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly wallets: WalletsService,
    private readonly topUps: TopUpsService,
    private readonly walletSheets: WalletSheetsService,
    private readonly quotas: QuotasService,
    private readonly limits: ConcurrencyLimitsService,
    private readonly grantSheets: GrantSheetsService,
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
      return showBalance(await this.walletSheets.outlook(tx, id, at), quota, await this.limits.list(tx, [id]), grants);
    });
  }

  @ApiOperation({ summary: 'List the ledger entries of a wallet', description: 'The lines of the ledger with the running balance.' })
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
      const request = { limit: query.limit, ...(cursor !== undefined && { cursor }) };
      return showEntries(await this.walletSheets.entries(tx, id, query.side, request));
    });
  }

  @ApiOperation({
    summary: 'Record a top-up',
    description: 'Records money that finance received. Requests with the same Idempotency-Key are one top-up.',
  })
  @Post('top-ups')
  @Allow('wallet.topUp')
  @Idempotent()
  @Answers(walletAnswer, { status: 201 })
  async topUp(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Body({ schema: topUpInput }) input: z.infer<typeof topUpInput>,
    @IdempotencyKey() key?: string,
  ): Promise<z.infer<typeof walletAnswer>> {
    const topUp = {
      tenantId: id,
      amount: input.amountFen,
      reference: input.reference,
      key: key === undefined ? newId('topup') : `${principal.id}/${key}`,
    };
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      await this.topUps.record(tx, principal, topUp, instantOf(this.clock.now()));
      return showWallet(await this.wallets.balance(tx, id));
    });
  }

  @ApiOperation({ summary: "List a company's top-ups", description: 'The latest first.' })
  @Get('top-ups')
  @Allow('wallet.read')
  @Answers(topUpsAnswer)
  async listTopUps(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Query({ schema: topUpsQuery }) query: z.infer<typeof topUpsQuery>,
  ): Promise<z.infer<typeof topUpsAnswer>> {
    requireReadable(principal, id);
    const after = afterOf(query);
    const found = await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return await this.topUps.list(tx, id, { limit: query.limit + 1, ...(after !== undefined && { after }) });
    });
    return page(found, query.limit, (topUp) => topUp.id, showTopUp);
  }

  @ApiOperation({
    summary: 'Propose the reversal of a top-up',
    description: 'A correcting entry takes the top-up back once another person of finance confirms the decision in the answer.',
  })
  @Post('top-ups/:topUp/reversal')
  @Allow('wallet.topUp')
  @Idempotent()
  @Answers(decisionAnswer, { status: 201 })
  async reverseTopUp(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('topUp', { schema: topUpId }) topUp: string,
    @Body({ schema: reversalInput }) { reason }: z.infer<typeof reversalInput>,
  ): Promise<z.infer<typeof decisionAnswer>> {
    const at = instantOf(this.clock.now());
    return showDecision(await this.transactions.run((tx) => this.topUps.proposeReversal(tx, principal, id, topUp, reason, at)));
  }
}
