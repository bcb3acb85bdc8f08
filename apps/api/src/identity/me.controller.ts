import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Transactions } from '#database';
import {
  type Action,
  ACTIONS,
  may,
  type PersonalToken,
  PersonalTokensService,
  type Principal,
  SessionsService,
  UsersService,
} from '#identity';
import { BusinessCalendar } from '#kernel';
import { MembersService } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import {
  meAnswer,
  newPersonalTokenAnswer,
  personalTokenAnswer,
  personalTokenId,
  personalTokenInput,
  sessionAnswer,
  sessionId,
} from './session.schemas.ts';

const sessionsAnswer = z.object({ items: z.array(sessionAnswer) });
const personalTokensAnswer = z.object({ items: z.array(personalTokenAnswer) });

function showToken(token: PersonalToken): z.infer<typeof personalTokenAnswer> {
  return {
    id: token.id,
    name: token.name,
    companyId: token.tenantId,
    scopes: [...token.scopes],
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}

/** The signed-in person, and their sessions and tokens. */
@ApiTags('Your account')
@Controller('me')
export class MeController {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly members: MembersService,
    private readonly sessions: SessionsService,
    private readonly tokens: PersonalTokensService,
    private readonly calendar: BusinessCalendar,
  ) {}

  @ApiOperation({
    summary: 'Read who you are',
    description: 'Your account, the company or the park you act for, and the actions you may take.',
  })
  @Get()
  @Allow('self.read')
  @Answers(meAnswer)
  async me(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof meAnswer>> {
    return await this.transactions.run(async (tx) => {
      const user = await this.users.get(tx, principal.id);
      const memberships = await this.members.of(tx, principal.id);
      return {
        id: user.id,
        name: user.name,
        email: user.email,
        emailProven: user.emailProvenBy !== null,
        roles: [...principal.roles],
        companyId: principal.tenantId,
        parkRoles: [...user.parkRoles],
        companies: memberships.map((of) => ({
          id: of.companyId,
          slug: of.slug,
          name: of.companyName,
          status: of.companyStatus,
          role: of.role,
        })),
        actions: ACTIONS.filter((action) => may(principal, action)),
        hasTotp: user.hasTotp,
        awaitsSecondFactor: principal.awaitsSecondFactor ?? false,
        timeZone: this.calendar.timeZone,
      };
    });
  }

  @ApiOperation({ summary: 'List your sessions', description: 'Each with its device and its last use; one of them is the current one.' })
  @Get('sessions')
  @Allow('self')
  @Answers(sessionsAnswer)
  async mySessions(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof sessionsAnswer>> {
    const sessions = await this.transactions.run((tx) => this.sessions.list(tx, principal.id));
    return {
      items: sessions.map((session) => ({
        ...session,
        current: session.id === principal.sessionId,
        createdAt: session.createdAt.toISOString(),
        lastUsedAt: session.lastUsedAt.toISOString(),
        expiresAt: session.expiresAt.toISOString(),
      })),
    };
  }

  @ApiOperation({ summary: 'End one of your sessions', description: 'Its access and refresh tokens are refused from now on.' })
  @Delete('sessions/:id')
  @Allow('self')
  @AnswersNothing('The session is over')
  async endSession(@CurrentPrincipal() principal: Principal, @Param('id', { schema: sessionId }) id: string): Promise<void> {
    await this.transactions.run((tx) => this.sessions.revoke(tx, principal, id));
  }

  @ApiOperation({
    summary: 'List your personal tokens',
    description: 'The list does not hold the tokens themselves, which are kept nowhere.',
  })
  @Get('tokens')
  @Allow('self')
  @Answers(personalTokensAnswer)
  async myTokens(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof personalTokensAnswer>> {
    const tokens = await this.transactions.run((tx) => this.tokens.list(tx, principal.id));
    return { items: tokens.map(showToken) };
  }

  @ApiOperation({
    summary: 'Create a personal token',
    description: 'The answer holds the token, which is kept nowhere else; the request therefore takes no Idempotency-Key.',
  })
  @Post('tokens')
  @Allow('self')
  @Answers(newPersonalTokenAnswer, { status: 201 })
  async createToken(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: personalTokenInput }) input: z.infer<typeof personalTokenInput>,
  ): Promise<z.infer<typeof newPersonalTokenAnswer>> {
    const scopes = input.scopes as Action[];
    const { token, personalToken } = await this.transactions.run((tx) => this.tokens.create(tx, principal, { ...input, scopes }));
    return { ...showToken(personalToken), token };
  }

  @ApiOperation({ summary: 'Revoke a personal token', description: 'The token is refused from now on.' })
  @Delete('tokens/:id')
  @Allow('self')
  @AnswersNothing('The token is refused from now on')
  async revokeToken(@CurrentPrincipal() principal: Principal, @Param('id', { schema: personalTokenId }) id: string): Promise<void> {
    await this.transactions.run((tx) => this.tokens.revoke(tx, principal, id));
  }
}
