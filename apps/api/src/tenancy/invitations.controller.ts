import { Body, Controller, Delete, Get, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Transactions } from '#database';
import { mayHandOnLinks, type Principal } from '#identity';
import { CompaniesService, InvitationsService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal, Public } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { LimitedSignIn } from '../http/limits.ts';
import {
  acceptanceAnswer,
  acceptanceInput,
  companyId,
  invitationId,
  invitationInput,
  invitationsAnswer,
  invitationTokenInput,
  invitationView,
  newInvitationAnswer,
  showInvitation,
} from './company.schemas.ts';

/** Invitations into a company: send and accept. */
@ApiTags('Members and invitations')
@Controller()
export class InvitationsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly invitations: InvitationsService,
  ) {}

  @ApiOperation({
    summary: 'List the open invitations of a company',
    description: 'The list does not hold the links, which are kept nowhere.',
  })
  @Get('companies/:id/invitations')
  @Allow('member.read')
  @Answers(invitationsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) company: string,
  ): Promise<z.infer<typeof invitationsAnswer>> {
    requireReadable(principal, company);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, company);
      return { items: (await this.invitations.list(tx, company)).map(showInvitation) };
    });
  }

  @ApiOperation({
    summary: 'Invite a person into a company',
    description:
      'Inviting an address again replaces its open invitation. The answer may hold a link that is kept nowhere, so the request takes no Idempotency-Key.',
  })
  @Post('companies/:id/invitations')
  @Allow('member.manage')
  @Answers(newInvitationAnswer, { status: 201 })
  async invite(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) company: string,
    @Body({ schema: invitationInput }) input: z.infer<typeof invitationInput>,
  ): Promise<z.infer<typeof newInvitationAnswer>> {
    requireReadable(principal, company);
    const { invitation, sent } = await this.invitations.invite(principal, company, input, { handOn: mayHandOnLinks(principal) });
    return { ...showInvitation(invitation), link: sent.link };
  }

  @ApiOperation({ summary: 'Revoke an invitation', description: 'Its link is refused from now on.' })
  @Delete('companies/:id/invitations/:invitation')
  @Allow('member.manage')
  @AnswersNothing('The link is good no more')
  async revoke(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) company: string,
    @Param('invitation', { schema: invitationId }) invitation: string,
  ): Promise<void> {
    requireReadable(principal, company);
    await this.transactions.run((tx) => this.invitations.revoke(tx, principal, company, invitation));
  }

  @ApiOperation({
    summary: 'View an invitation',
    description: 'What a link invites to. It is a POST, so that the token appears in no address.',
  })
  @Post('invitations/view')
  @Public()
  @LimitedSignIn()
  @Answers(invitationView)
  async view(@Body({ schema: invitationTokenInput }) input: z.infer<typeof invitationTokenInput>): Promise<z.infer<typeof invitationView>> {
    return await this.transactions.run((tx) => this.invitations.view(tx, input.token));
  }

  @ApiOperation({ summary: 'Accept an invitation with a new account', description: 'For an address that has no account.' })
  @Post('invitations/accept')
  @Public()
  @LimitedSignIn()
  @Answers(acceptanceAnswer, { status: 201 })
  async acceptAsNew(
    @Body({ schema: acceptanceInput }) input: z.infer<typeof acceptanceInput>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof acceptanceAnswer>> {
    const { token, ...person } = input;
    const user = await this.transactions.run((tx) => this.invitations.acceptAsNew(tx, token, person, request.ip));
    return { userId: user.id, email: user.email };
  }

  @ApiOperation({
    summary: 'Accept an invitation with your account',
    description: 'For people who have an account: they join one more company.',
  })
  @Post('me/invitations')
  @Allow('self')
  @LimitedSignIn()
  @AnswersNothing('You belong to the company')
  async accept(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: invitationTokenInput }) input: z.infer<typeof invitationTokenInput>,
  ): Promise<void> {
    await this.transactions.run((tx) => this.invitations.accept(tx, principal, input.token));
  }
}
