import { Body, Controller, Delete, Get, Inject, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type IssuedSettlement, MonthClosingService, MonthRecordsService, readableSettlement, SettlementsService } from '#statements';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { showDecision, showWaiting } from '../decisions/decision.schemas.ts';
import { Idempotent } from '../http/idempotency.ts';
import { month as monthSchema } from '../http/wire.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { DESCRIBED_FILE, documentFile, type FileQuery, fileQuery, readableOptions } from './document-file.ts';
import { checklistAnswer, closingAnswer, closingInput, monthRecordAnswer, programmeId, settlementAnswer } from './statement.schemas.ts';

/** The park's month: closing it, and the settlement list of a programme. */
@ApiTags('Months and settlements')
@Controller()
export class MonthsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly closing: MonthClosingService,
    private readonly records: MonthRecordsService,
    private readonly settlements: SettlementsService,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({
    summary: 'Read the checklist of a month',
    description: 'What the closing of the month asks for, each with its state, how much there is, and what to do.',
  })
  @Get('months/:month/checklist')
  @Allow('month.read')
  @Answers(checklistAnswer)
  async checklist(@Param('month', { schema: monthSchema }) month: string): Promise<z.infer<typeof checklistAnswer>> {
    return await this.transactions.snapshot(async (tx) => {
      const { ready, items } = await this.closing.checklist(tx, month);
      const decision = await this.closing.requested(tx, month);
      return { month, ready, items: [...items], ...showWaiting(decision) };
    });
  }

  @ApiOperation({
    summary: 'Request the closing of a month',
    description:
      "Another person of finance confirms the decision in the answer. Then every company's statement is frozen, and no entry takes effect in the month afterwards.",
  })
  @Post('months/:month/closing')
  @Allow('statement.close')
  @Idempotent()
  @Answers(closingAnswer, { status: 201 })
  async close(
    @CurrentPrincipal() principal: Principal,
    @Param('month', { schema: monthSchema }) month: string,
    @Body({ schema: closingInput }) { reason = '' }: z.infer<typeof closingInput>,
  ): Promise<z.infer<typeof closingAnswer>> {
    const decision = await this.transactions.run((tx) => this.closing.request(tx, principal, month, reason));
    return { month, decision: showDecision(decision) };
  }

  @ApiOperation({
    summary: 'Open a closed month again (always refused)',
    description: 'There is no reopening. The answer says what to do instead.',
  })
  @Delete('months/:month/closing')
  @Allow('statement.close')
  @AnswersNothing()
  reopen(@Param('month', { schema: monthSchema }) month: string): void {
    this.closing.refuseReopening(month);
  }

  @ApiOperation({
    summary: 'Read the record of a closed month',
    description:
      "The digests of all its statements and settlement lists, the record of the month before and the head of the audit trail, signed with the park's key.",
  })
  @Get('months/:month/record')
  @Allow('month.read')
  @Answers(monthRecordAnswer)
  async record(@Param('month', { schema: monthSchema }) month: string): Promise<z.infer<typeof monthRecordAnswer>> {
    return await this.transactions.run((tx) => this.records.get(tx, month));
  }

  @ApiOperation({
    summary: 'Read the settlement list of a programme',
    description: 'What the programme paid in the month, per company (兑付清单).',
  })
  @Get('programmes/:id/settlements/:month')
  @Allow('statement.read')
  @Answers(settlementAnswer)
  async settlement(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
  ): Promise<z.infer<typeof settlementAnswer>> {
    const settlement = await this.transactions.run((tx) => this.settlements.read(tx, principal, id, month));
    return { ...settlement.document, ...issueOf(settlement) };
  }

  @ApiOperation({
    summary: 'Download the settlement list of a programme',
    description: 'Canonical JSON for programs; CSV, XLSX and PDF for people, in Chinese or English.',
  })
  @Get('programmes/:id/settlements/:month/file')
  @Allow('statement.read')
  @ApiOkResponse(DESCRIBED_FILE)
  async settlementFile(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
    @Query({ schema: fileQuery }) query: FileQuery,
  ): Promise<StreamableFile> {
    const settlement = await this.transactions.run((tx) => this.settlements.read(tx, principal, id, month));
    const canonical = { ...issueOf(settlement), document: settlement.document };
    return await documentFile(readableSettlement(settlement, readableOptions(query, this.settings)), canonical, query);
  }
}

function issueOf({ closedAt, digest, proof }: IssuedSettlement) {
  return {
    status: closedAt ? ('closed' as const) : ('open' as const),
    digest,
    ...(closedAt && { closedAt: closedAt.toISOString() }),
    ...(proof && { proof }),
  };
}
