import { Controller, Get, Inject, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type IssuedStatement, readableStatement, StatementDocumentsService } from '#statements';
import { CompaniesService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { month as monthSchema } from '../http/wire.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { DESCRIBED_FILE, documentFile, type FileQuery, fileQuery, readableOptions } from './document-file.ts';
import { statementAnswer } from './statement.schemas.ts';

/** A company's statements: frozen for closed months, as it stands for the open one. */
@ApiTags('Statements')
@Controller('companies/:id/statements/:month')
export class StatementsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly documents: StatementDocumentsService,
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
    return answerOf(await this.#issued(principal, id, month));
  }

  @ApiOperation({
    summary: "Download a company's statement",
    description: 'Canonical JSON for programs; CSV, XLSX and PDF for people, in Chinese or English.',
  })
  @Get('file')
  @Allow('statement.read')
  @ApiOkResponse(DESCRIBED_FILE)
  async file(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
    @Query({ schema: fileQuery }) query: FileQuery,
  ): Promise<StreamableFile> {
    const issued = await this.#issued(principal, id, month);
    return await documentFile(readableStatement(issued, readableOptions(query, this.settings)), answerOf(issued), query);
  }

  async #issued(reader: Principal, id: string, month: string): Promise<IssuedStatement> {
    requireReadable(reader, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return await this.documents.statement(tx, id, month);
    });
  }
}

function answerOf({ closedAt, digest, document, names, corrections, proof }: IssuedStatement): z.infer<typeof statementAnswer> {
  const status = closedAt ? 'closed' : 'open';
  return {
    status,
    digest,
    document,
    names,
    corrections: [...corrections],
    ...(closedAt && { closedAt: closedAt.toISOString() }),
    ...(proof && { proof }),
  };
}
