import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { type Principal, scopedTenant } from '#identity';
import { type Months, UsageService } from '#insight';
import { BusinessCalendar, Clock, instantOf, type Month } from '#kernel';
import { requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { companyUsageAnswer, companyUsageQuery, showCompanyUsage, showUsage, usageAnswer, usageQuery } from './usage.schemas.ts';

/** What was used, and who paid for it. */
@ApiTags('Insight')
@Controller('usage')
export class UsageController {
  constructor(
    private readonly transactions: Transactions,
    private readonly usage: UsageService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'Read usage by day and GPU class, and who paid',
    description:
      'GPU-seconds, list cost, what each programme paid, what was self-paid and what the park wrote off, by day or by month, of a company or ' +
      'of the whole park. A company reads its own. Without months, it is the present month so far.',
  })
  @Get()
  @Allow('usage.read')
  @Answers(usageAnswer)
  async read(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: usageQuery }) query: z.infer<typeof usageQuery>,
  ): Promise<z.infer<typeof usageAnswer>> {
    if (query.company !== undefined) requireReadable(principal, query.company);
    const tenantId = scopedTenant(principal, query.company);
    return showUsage(await this.transactions.run((tx) => this.usage.report(tx, this.#months(query), query.resolution, tenantId)));
  }

  @ApiOperation({
    summary: 'Read the usage of all companies',
    description: 'By company and GPU class, in sum over the months. Without months, it is the present month so far.',
  })
  @Get('companies')
  @Allow('usage-of-companies.read')
  @Answers(companyUsageAnswer)
  async ofCompanies(
    @Query({ schema: companyUsageQuery }) query: z.infer<typeof companyUsageQuery>,
  ): Promise<z.infer<typeof companyUsageAnswer>> {
    const months = this.#months(query);
    const items = await this.transactions.run((tx) => this.usage.ofCompanies(tx, months));
    return { ...months, items: items.map(showCompanyUsage) };
  }

  #months({ from, until }: { from?: Month | undefined; until?: Month | undefined }): Months {
    const present = this.calendar.monthOf(instantOf(this.clock.now()));
    return { from: from ?? until ?? present, until: until ?? present };
  }
}
