import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Transactions } from '#database';
import { may, type Principal } from '#identity';
import { MonthArchiveService, MonthClosingService, MonthListService, MonthRecordsService, StatementExportsService } from '#statements';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { download } from '../http/download.ts';
import { showDecision, showWaiting } from '../decisions/decision.schemas.ts';
import { Idempotent } from '../http/idempotency.ts';
import { month as monthSchema } from '../http/wire.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { type ArchiveQuery, archiveQuery, describedFile, lineFile, type LinesQuery, linesQuery, readableOptions } from './document-file.ts';
import { RunningExports } from './running-exports.ts';
import { checklistAnswer, closingAnswer, closingInput, monthRecordAnswer, monthsAnswer, showMonth } from './statement.schemas.ts';

/** The months of the park: their closing and their files. */
@ApiTags('Months and settlements')
@Controller()
export class MonthsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly months: MonthListService,
    private readonly closing: MonthClosingService,
    private readonly records: MonthRecordsService,
    private readonly archives: MonthArchiveService,
    private readonly exports: StatementExportsService,
    private readonly running: RunningExports,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({
    summary: 'List the months',
    description:
      'From the first month with entries to the present one, the latest first, with the state of each. Who closed a month, its digest and ' +
      'its key are shown to those who may read the record of a month.',
  })
  @Get('months')
  @Allow('statement.read')
  @Answers(monthsAnswer)
  async list(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof monthsAnswer>> {
    const months = await this.transactions.run((tx) => this.months.list(tx));
    return { items: months.map((listed) => showMonth(listed, may(principal, 'month.read'))) };
  }

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
  async reopen(@Param('month', { schema: monthSchema }) month: string): Promise<void> {
    await this.transactions.run((tx) => this.closing.refuseReopening(tx, month));
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
    summary: 'Download a month',
    description:
      'A ZIP of all statements and settlement lists that you may read: JSON, and the formats asked for; with the record of the month where it is closed.',
  })
  @Get('months/:month/archive')
  @Allow('statement.read')
  @ApiOkResponse(describedFile('application/zip'))
  async archive(
    @CurrentPrincipal() principal: Principal,
    @Param('month', { schema: monthSchema }) month: string,
    @Query({ schema: archiveQuery }) { formats, lang }: ArchiveQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const options = readableOptions(lang, this.settings);
    const content = await this.running.open(principal, () => this.archives.archive(principal, month, formats, options));
    return download(reply, { content, mediaType: 'application/zip', name: `${this.settings.park.name}-${month}`, extension: 'zip' });
  }

  @ApiOperation({
    summary: 'Download the usage of a month',
    description:
      'One line for each job and source of all companies that you may read, as CSV or FOCUS; sent as it is read, however many there are.',
  })
  @Get('months/:month/usage')
  @Allow('statement.read')
  @ApiOkResponse(describedFile('text/csv'))
  async usage(
    @CurrentPrincipal() principal: Principal,
    @Param('month', { schema: monthSchema }) month: string,
    @Query({ schema: linesQuery }) { format, lang }: LinesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const options = readableOptions(lang, this.settings);
    const content = await this.running.open(principal, () => this.exports.export(month, format, options, principal.tenantId));
    return download(reply, lineFile(`${this.settings.park.name}-${month}`, format, content));
  }
}
