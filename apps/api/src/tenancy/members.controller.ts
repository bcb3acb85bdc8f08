import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { CompaniesService, MembersService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { companyId, memberChange, membersAnswer, userId } from './company.schemas.ts';

/** Members of a company. New ones come by invitation. */
@ApiTags('Members and invitations')
@Controller('companies/:id/members')
export class MembersController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly members: MembersService,
  ) {}

  @ApiOperation({ summary: 'List the members of a company', description: 'Each with the role and since when.' })
  @Get()
  @Allow('member.read')
  @Answers(membersAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
  ): Promise<z.infer<typeof membersAnswer>> {
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      const members = await this.members.list(tx, id);
      return { items: members.map((member) => ({ ...member, since: member.since.toISOString() })) };
    });
  }

  @ApiOperation({ summary: "Change a member's role", description: 'A company keeps at least one owner.' })
  @Put(':user')
  @Allow('member.manage')
  @AnswersNothing('The role is changed')
  async setRole(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('user', { schema: userId }) user: string,
    @Body({ schema: memberChange }) input: z.infer<typeof memberChange>,
  ): Promise<void> {
    requireReadable(principal, id);
    await this.transactions.run((tx) => this.members.setRole(tx, principal, id, user, input.role));
  }

  @ApiOperation({ summary: 'Remove a member', description: 'The person acts for the company no more. A company keeps at least one owner.' })
  @Delete(':user')
  @Allow('member.manage')
  @AnswersNothing('The person belongs to the company no more')
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('user', { schema: userId }) user: string,
  ): Promise<void> {
    requireReadable(principal, id);
    await this.transactions.run((tx) => this.members.remove(tx, principal, id, user));
  }
}
