import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { jobNames } from '#jobs';
import { type IssuedStatement, MonthEnd, statementCsv, type StatementNames } from '#statements';
import { Grants } from '#subsidy';
import { Companies } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { month as monthSchema } from '../http/wire.ts';
import { requireSeen } from '../tenancy/companies.controller.ts';
import { companyId } from '../tenancy/company.schemas.ts';
import { statementAnswer } from './statement.schemas.ts';

/** A company's statements: frozen for closed months, as it stands for the open one. */
@Controller('companies/:id/statements/:month')
export class StatementsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: Companies,
    private readonly monthEnd: MonthEnd,
    private readonly grants: Grants,
  ) {}

  @Get()
  @Allow('statement.read')
  @Answers(statementAnswer)
  async statement(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
  ): Promise<z.infer<typeof statementAnswer>> {
    const { closedAt, digest, document, names } = await this.#issued(principal, id, month);
    return { status: closedAt ? 'closed' : 'open', digest, document, names, ...(closedAt && { closedAt: closedAt.toISOString() }) };
  }

  /** One line per job and source, for spreadsheets. */
  @Get('csv')
  @Allow('statement.read')
  @ApiProduces('text/csv')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  async csv(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('month', { schema: monthSchema }) month: string,
  ): Promise<string> {
    const { document, names } = await this.#issued(principal, id, month);
    return statementCsv(document, names);
  }

  async #issued(
    principal: Principal,
    id: string,
    month: string,
  ): Promise<IssuedStatement & { readonly names: StatementNames & { jobs: Record<string, string>; grants: Record<string, string> } }> {
    requireSeen(principal, id);
    return await this.transactions.run(async (tx) => {
      const company = await this.companies.get(tx, id);
      const issued = await this.monthEnd.statement(tx, id, month);
      const jobs = await jobNames(
        tx,
        issued.document.jobs.map(({ jobId }) => jobId),
      );
      const grants = (await this.grants.list(tx, id)).map((grant) => [grant.id, grant.name] as const);
      return { ...issued, names: { company: company.name, jobs: Object.fromEntries(jobs), grants: Object.fromEntries(grants) } };
    });
  }
}
