import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Transactions } from '#database';
import { QuotasService, TopUpsService, WalletsService, WalletSheetsService } from '#funding';
import type { Principal } from '#identity';
import { Clock, instantOf, newId } from '#kernel';
import { GrantSheetsService } from '#grants';
import { ConcurrencyLimitsService } from '#scheduling';
import { CompaniesService } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { IdempotencyKey, Idempotent } from '../http/idempotency.ts';
import { afterOf, page } from '../http/pages.ts';
import { entriesAnswer, entriesQuery, showEntries } from '../grants/grant.schemas.ts';
import { requireReadable } from '../tenancy/companies.controller.ts';
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

/** What a company has to spend: its wallet beside its grants. */
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

  /** Grants and wallet with what is free, held and spent, and how long it will do. */
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

  /** The ledger's own lines of the wallet, with the running balance. */
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

  /** Records money received. The same Idempotency-Key is one top-up, whatever happens on the way. */
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

  /** Money received, the latest first. */
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

  /** Proposes to take a top-up back by a correcting entry; somebody else of finance confirms the decision in the answer. */
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
