import { Body, Controller, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Transactions } from '#database';
import { type Principal, scopedTenant } from '#identity';
import { COMPANY_STATUSES, CompaniesService, type Company, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { afterOf, page, pageOf, pageQuery } from '../http/pages.ts';
import { IfMatch, TakesIfMatch } from '../http/versions.ts';
import { text } from '../http/wire.ts';
import {
  companyAnswer,
  companyChange,
  companyId,
  companyInput,
  contactsAnswer,
  contactsInput,
  showCompany,
  statusChange,
} from './company.schemas.ts';

const companiesQuery = pageQuery({
  status: z.enum(COMPANY_STATUSES).optional(),
  search: text(200).optional().describe('Part of the name, a credit code, or a slug'),
});
const companiesAnswer = pageOf(companyAnswer);

/** Companies of the incubator. */
@ApiTags('Companies')
@Controller('companies')
export class CompaniesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
  ) {}

  @ApiOperation({ summary: 'List companies', description: 'A company lists itself; the park lists all companies.' })
  @Get()
  @Allow('company.read')
  @Answers(companiesAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: companiesQuery }) query: z.infer<typeof companiesQuery>,
  ): Promise<z.infer<typeof companiesAnswer>> {
    const own = scopedTenant(principal);
    const after = afterOf(query);
    const rows = await this.transactions.run((tx) =>
      this.companies.list(tx, {
        limit: query.limit + 1,
        ...(own !== undefined && { id: own }),
        ...(after !== undefined && { after }),
        ...(query.status !== undefined && { status: query.status }),
        ...(query.search !== undefined && { search: query.search }),
      }),
    );
    return page(rows, query.limit, (company: Company) => company.id, showCompany);
  }

  @ApiOperation({ summary: 'Register a company', description: 'With its unified social credit code, which no other company has.' })
  @Post()
  @Allow('company.manage')
  @Idempotent()
  @Answers(companyAnswer, { status: 201 })
  async register(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: companyInput }) input: z.infer<typeof companyInput>,
  ): Promise<z.infer<typeof companyAnswer>> {
    return showCompany(await this.transactions.run((tx) => this.companies.register(tx, principal, input)));
  }

  @ApiOperation({ summary: 'Read a company', description: 'A company reads itself; the park reads all companies.' })
  @Get(':id')
  @Allow('company.read')
  @Answers(companyAnswer)
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
  ): Promise<z.infer<typeof companyAnswer>> {
    requireReadable(principal, id);
    return showCompany(await this.transactions.run((tx) => this.companies.get(tx, id)));
  }

  @ApiOperation({ summary: 'Change a company', description: 'Its name and its time of incubation.' })
  @Patch(':id')
  @Allow('company.manage')
  @TakesIfMatch()
  @Answers(companyAnswer)
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: companyChange }) input: z.infer<typeof companyChange>,
  ): Promise<z.infer<typeof companyAnswer>> {
    return showCompany(await this.transactions.run((tx) => this.companies.change(tx, principal, id, input, version)));
  }

  @ApiOperation({
    summary: 'Suspend, reactivate or graduate a company',
    description: 'The jobs of a suspended or graduated company are drained after a notice.',
  })
  @Put(':id/status')
  @Allow('company.manage')
  @TakesIfMatch()
  @Answers(companyAnswer)
  async setStatus(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @IfMatch() version: number,
    @Body({ schema: statusChange }) input: z.infer<typeof statusChange>,
  ): Promise<z.infer<typeof companyAnswer>> {
    return showCompany(await this.transactions.run((tx) => this.companies.setStatus(tx, principal, id, input, version)));
  }

  @ApiOperation({
    summary: 'List the contacts of a company',
    description: 'The people whom the park contacts about legal, financial, technical and other matters.',
  })
  @Get(':id/contacts')
  @Allow('company.read')
  @Answers(contactsAnswer)
  async contacts(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
  ): Promise<z.infer<typeof contactsAnswer>> {
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      return { contacts: await this.companies.contacts(tx, id) };
    });
  }

  @ApiOperation({ summary: 'Replace the contacts of a company', description: 'The list in the body replaces the one before.' })
  @Put(':id/contacts')
  @Allow('contact.manage')
  @Answers(contactsAnswer)
  async setContacts(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Body({ schema: contactsInput }) input: z.infer<typeof contactsInput>,
  ): Promise<z.infer<typeof contactsAnswer>> {
    requireReadable(principal, id);
    return { contacts: await this.transactions.run((tx) => this.companies.setContacts(tx, principal, id, input.contacts)) };
  }
}
