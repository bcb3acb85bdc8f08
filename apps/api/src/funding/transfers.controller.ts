import { Body, Controller, Get, Param, Post, Put, Query, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { BankTransfersService } from '#funding';
import type { Principal } from '#identity';
import { Clock, DomainError, type Instant, instantOf } from '#kernel';
import { CompaniesService, requireReadable } from '#tenancy';
import { decisionAnswer, showDecision } from '../decisions/decision.schemas.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { afterOf, page } from '../http/pages.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import {
  allTransfersQuery,
  proofQuery,
  refundInput,
  reversalInput,
  showTransfer,
  transferAnswer,
  transferComment,
  transferId,
  transferInput,
  transferReason,
  transfersAnswer,
  transfersQuery,
} from './transfer.schemas.ts';

type Answer = z.infer<typeof transferAnswer>;

/** Bank transfers into wallets and out of them. One person of finance records a transfer, and another confirms it. */
@ApiTags('Balances, wallets and quotas')
@Controller()
export class TransfersController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly transfers: BankTransfersService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Record a bank transfer into a wallet',
    description: 'The wallet is credited once another person of finance confirms it. A bank reference counts once.',
  })
  @Post('companies/:id/transfers')
  @Allow('wallet.topUp')
  @Idempotent()
  @Answers(transferAnswer, { status: 201 })
  async record(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Body({ schema: transferInput }) { amountFen: amount, ...bank }: z.infer<typeof transferInput>,
  ): Promise<Answer> {
    const given = { tenantId: id, direction: 'in' as const, amount, ...bank };
    return showTransfer(await this.transactions.run((tx) => this.transfers.record(tx, principal, given, this.#now())));
  }

  @ApiOperation({
    summary: 'Record a payment out of the wallet of a company that leaves',
    description: 'For a graduated company, at most what its wallet has available. It is posted once another person of finance confirms it.',
  })
  @Post('companies/:id/refunds')
  @Allow('wallet.topUp')
  @Idempotent()
  @Answers(transferAnswer, { status: 201 })
  async refund(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Body({ schema: refundInput }) { amountFen: amount, ...bank }: z.infer<typeof refundInput>,
  ): Promise<Answer> {
    const given = { tenantId: id, direction: 'out' as const, amount, ...bank };
    return showTransfer(await this.transactions.run((tx) => this.transfers.record(tx, principal, given, this.#now())));
  }

  @ApiOperation({ summary: "List a company's bank transfers", description: 'The latest first.' })
  @Get('companies/:id/transfers')
  @Allow('wallet.read')
  @Answers(transfersAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Query({ schema: transfersQuery }) query: z.infer<typeof transfersQuery>,
  ): Promise<z.infer<typeof transfersAnswer>> {
    requireReadable(principal, id);
    return await this.#page({ ...query, company: id });
  }

  @ApiOperation({
    summary: 'List the bank transfers of all companies',
    description: 'The latest first; with `state=pending`, those that wait for a second person.',
  })
  @Get('transfers')
  @Allow('transfer.read')
  @Answers(transfersAnswer)
  async listAll(@Query({ schema: allTransfersQuery }) query: z.infer<typeof allTransfersQuery>): Promise<z.infer<typeof transfersAnswer>> {
    return await this.#page(query);
  }

  @ApiOperation({
    summary: "Add the bank's proof of a transfer",
    description:
      'The body is the file itself: PDF, PNG or JPEG. The type is recognised by the content. It replaces one that was added before.',
  })
  @Put('companies/:id/transfers/:transfer/proof')
  @Allow('wallet.topUp')
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Answers(transferAnswer)
  async addProof(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('transfer', { schema: transferId }) transfer: string,
    @Query({ schema: proofQuery }) { fileName }: z.infer<typeof proofQuery>,
    @Body() content: unknown,
  ): Promise<Answer> {
    if (!Buffer.isBuffer(content)) {
      throw new DomainError('attachment.body', {
        detail: 'The body of the request is not a file.',
        remedy: 'Send the bytes of the file with Content-Type application/octet-stream.',
      });
    }
    return showTransfer(await this.transactions.run((tx) => this.transfers.addProof(tx, principal, id, transfer, { fileName, content })));
  }

  @ApiOperation({
    summary: "Download the bank's proof of a transfer",
    description: 'The answer is the file as a download, which browsers do not open in place.',
  })
  @Get('companies/:id/transfers/:transfer/proof')
  @Allow('transfer.read')
  @ApiProduces('application/octet-stream')
  async proof(
    @Param('id', { schema: companyId }) id: string,
    @Param('transfer', { schema: transferId }) transfer: string,
  ): Promise<StreamableFile> {
    const { proof, content } = await this.transactions.run((tx) => this.transfers.proof(tx, id, transfer));
    const name = encodeURIComponent(proof.fileName).replaceAll("'", '%27');
    const disposition = `attachment; filename*=UTF-8''${name}`;
    return new StreamableFile(content, { type: 'application/octet-stream', disposition, length: proof.sizeBytes });
  }

  @ApiOperation({ summary: 'Confirm a bank transfer', description: 'Posts it. Another person than the one who recorded it does this.' })
  @Post('companies/:id/transfers/:transfer/confirmation')
  @Allow('wallet.topUp')
  @Answers(transferAnswer)
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('transfer', { schema: transferId }) transfer: string,
    @Body({ schema: transferComment }) { comment = '' }: z.infer<typeof transferComment>,
  ): Promise<Answer> {
    return showTransfer(await this.transactions.run((tx) => this.transfers.confirm(tx, principal, id, transfer, comment, this.#now())));
  }

  @ApiOperation({ summary: 'Reject a bank transfer', description: 'Nothing is posted, and its reference may be recorded again.' })
  @Post('companies/:id/transfers/:transfer/rejection')
  @Allow('wallet.topUp')
  @Answers(transferAnswer)
  async reject(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('transfer', { schema: transferId }) transfer: string,
    @Body({ schema: transferReason }) { reason }: z.infer<typeof transferReason>,
  ): Promise<Answer> {
    return showTransfer(await this.transactions.run((tx) => this.transfers.reject(tx, principal, id, transfer, reason, this.#now())));
  }

  @ApiOperation({
    summary: 'Propose the reversal of a bank transfer',
    description:
      'A correcting entry takes the transfer back, or the part of it that is asked for, once another person of finance confirms the decision in the answer.',
  })
  @Post('companies/:id/transfers/:transfer/reversal')
  @Allow('wallet.topUp')
  @Idempotent()
  @Answers(decisionAnswer, { status: 201 })
  async reverse(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('transfer', { schema: transferId }) transfer: string,
    @Body({ schema: reversalInput }) { reason, amountFen: part }: z.infer<typeof reversalInput>,
  ): Promise<z.infer<typeof decisionAnswer>> {
    return showDecision(
      await this.transactions.run((tx) =>
        this.transfers.proposeReversal(tx, principal, id, transfer, { reason, ...(part !== undefined && { part }) }, this.#now()),
      ),
    );
  }

  async #page({ company, state, ...query }: z.infer<typeof allTransfersQuery>): Promise<z.infer<typeof transfersAnswer>> {
    const after = afterOf(query);
    const filter = { ...(company !== undefined && { tenantId: company }), ...(state !== undefined && { state }) };
    const found = await this.transactions.run(async (tx) => {
      if (company !== undefined) await this.companies.get(tx, company);
      return await this.transfers.list(tx, { ...filter, limit: query.limit + 1, ...(after !== undefined && { after }) });
    });
    return page(found, query.limit, (transfer) => transfer.id, showTransfer);
  }

  #now(): Instant {
    return instantOf(this.clock.now());
  }
}
