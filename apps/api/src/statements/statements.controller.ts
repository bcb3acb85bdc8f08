import { Controller, Get, Inject, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions, type Tx } from '#database';
import type { Principal } from '#identity';
import { jobNames } from '#jobs';
import { type IssuedStatement, MonthEndService, readableStatement, StatementCorrectionsService, type StatementNames } from '#statements';
import { GrantsService } from '#grants';
import { ProgrammesService } from '#programmes';
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
    private readonly monthEnd: MonthEndService,
    private readonly corrections: StatementCorrectionsService,
    private readonly grants: GrantsService,
    private readonly programmes: ProgrammesService,
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
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      const issued = await this.monthEnd.statement(tx, id, month);
      return answerOf(issued, await this.#names(tx, issued));
    });
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
    requireReadable(principal, id);
    const { issued, names, corrections } = await this.transactions.run(async (tx) => {
      const found = await this.monthEnd.statement(tx, id, month);
      return { issued: found, names: await this.#names(tx, found), corrections: await this.corrections.of(tx, id, month) };
    });
    const readable = readableStatement(issued, names, corrections, readableOptions(query, this.settings));
    return await documentFile(readable, answerOf(issued, names), query);
  }

  async #names(tx: Tx, { document: { tenantId, jobs } }: IssuedStatement): Promise<StatementNames> {
    const company = await this.companies.get(tx, tenantId);
    const grants = await this.grants.list(tx, tenantId);
    const programmes = new Map((await this.programmes.list(tx)).map((programme) => [programme.id, programme.name]));
    return {
      company: company.name,
      creditCode: company.creditCode,
      jobs: Object.fromEntries(
        await jobNames(
          tx,
          jobs.map(({ jobId }) => jobId),
        ),
      ),
      grants: Object.fromEntries(grants.map(({ id, name }) => [id, name])),
      programmes: Object.fromEntries(grants.map(({ id, programmeId }) => [id, programmes.get(programmeId) ?? programmeId])),
    };
  }
}

function answerOf({ closedAt, digest, document }: IssuedStatement, names: StatementNames): z.infer<typeof statementAnswer> {
  const status = closedAt ? 'closed' : 'open';
  return { status, digest, document, names: { ...names }, ...(closedAt && { closedAt: closedAt.toISOString() }) };
}
