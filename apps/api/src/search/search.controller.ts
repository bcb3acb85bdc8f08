import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { inTenantScope, Transactions } from '#database';
import type { Principal } from '#identity';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { bestMatches } from './ranking.ts';
import { SearchedKinds } from './searched-kinds.ts';
import { searchAnswer, searchQuery } from './search.schemas.ts';

/** Finds everything that the signed-in person may read. */
@ApiTags('Search')
@Controller('search')
export class SearchController {
  constructor(
    private readonly transactions: Transactions,
    private readonly kinds: SearchedKinds,
  ) {}

  @ApiOperation({
    summary: 'Search everything you may read',
    description:
      'Companies, programmes, applications, grants, jobs and people, by any part of their id or name, and months by their beginning: the park ' +
      'finds the month, a company its statement of it. Each kind is searched only if ' +
      'your role, and the token you use, may read it; in a company, you find what belongs to it.',
  })
  @Get()
  @Allow('self.read')
  @Answers(searchAnswer)
  async search(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: searchQuery }) { q, limit }: z.infer<typeof searchQuery>,
  ): Promise<z.infer<typeof searchAnswer>> {
    const found = () => this.transactions.run((tx) => this.kinds.matches(tx, principal, { text: q, limit }));
    // The action is about the person, so the request as a whole is not in the scope of their company.
    const { tenantId } = principal;
    const matches = await (tenantId === undefined ? found() : inTenantScope(tenantId, found));
    return { items: bestMatches(matches, limit) };
  }
}
