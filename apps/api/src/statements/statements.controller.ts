import { Controller, Get, Inject, Param, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type IssuedStatement, issuedStatement, readableStatement, StatementDocumentsService, StatementExportsService } from '#statements';
import { CompaniesService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { download } from '../http/download.ts';
import { month as monthSchema } from '../http/wire.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { DESCRIBED_FILE, documentFile, lineFile, readableOptions, type StatementQuery, statementQuery } from './document-file.ts';
import { RunningExports } from './running-exports.ts';
import { statementAnswer } from './statement.schemas.ts';

/** Statements of companies: fixed for closed months, computed from the ledger for the open one. */
@ApiTags('Statements')
@Controller('companies/:id/statements/:month')
export class StatementsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly documents: StatementDocumentsService,
    private readonly exports: StatementExportsService,
    private readonly running: RunningExports,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({ summary: "Read a company's statement", description: 'Frozen for a closed month, provisional for the open one.' })
  @Get()
  @Allow('statement.read')
  @Answers(statementAnswer)
  async statement(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
  ): Promise<z.infer<typeof statementAnswer>> {
    return issuedStatement(await this.#issued(principal, id, month));
  }

  @ApiOperation({
    summary: "Download a company's statement",
    description:
      'Canonical JSON and FOCUS for programs; CSV, XLSX and PDF for people, in Chinese or English. Lines of CSV are sent as they are read.',
  })
  @Get('file')
  @Allow('statement.read')
  @ApiOkResponse(DESCRIBED_FILE)
  async file(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
    @Query({ schema: statementQuery }) { format, lang }: StatementQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const options = readableOptions(lang, this.settings);
    if (format === 'csv' || format === 'focus') {
      requireReadable(principal, id);
      const { name } = await this.transactions.run((tx) => this.companies.get(tx, id));
      const content = await this.running.open(principal, () => this.exports.export(month, format, options, id));
      return download(reply, lineFile(`${name}-${month}`, format, content));
    }
    const issued = await this.#issued(principal, id, month);
    return download(reply, await documentFile(readableStatement(issued, options), issuedStatement(issued), { format, lang }));
  }

  async #issued(reader: Principal, id: string, month: string): Promise<IssuedStatement> {
    requireReadable(reader, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return await this.documents.statement(tx, id, month);
    });
  }
}
