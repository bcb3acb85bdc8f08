import { Controller, Get, Inject, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { issuedSettlement, readableSettlement, SettlementsService } from '#statements';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { download } from '../http/download.ts';
import { month as monthSchema } from '../http/wire.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { DESCRIBED_FILE, documentFile, readableOptions, type SettlementQuery, settlementQuery } from './document-file.ts';
import { programmeId, settlementAnswer } from './statement.schemas.ts';

/** Settlement lists of programmes: fixed for closed months, computed from the ledger for the open one. */
@ApiTags('Months and settlements')
@Controller('programmes/:id/settlements/:month')
export class SettlementsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly settlements: SettlementsService,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({
    summary: 'Read the settlement list of a programme',
    description: 'What the programme paid in the month, per company (兑付清单).',
  })
  @Get()
  @Allow('statement.read')
  @Answers(settlementAnswer)
  async settlement(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
  ): Promise<z.infer<typeof settlementAnswer>> {
    const { document, ...issue } = issuedSettlement(await this.transactions.run((tx) => this.settlements.read(tx, principal, id, month)));
    return { ...document, ...issue };
  }

  @ApiOperation({
    summary: 'Download the settlement list of a programme',
    description: 'Canonical JSON for programs; CSV, XLSX and PDF for people, in Chinese or English.',
  })
  @Get('file')
  @Allow('statement.read')
  @ApiOkResponse(DESCRIBED_FILE)
  async settlementFile(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: programmeId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
    @Query({ schema: settlementQuery }) query: SettlementQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const settlement = await this.transactions.run((tx) => this.settlements.read(tx, principal, id, month));
    const readable = readableSettlement(settlement, readableOptions(query.lang, this.settings));
    return download(reply, await documentFile(readable, issuedSettlement(settlement), query));
  }
}
