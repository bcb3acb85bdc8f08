import { Body, Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Transactions } from '#database';
import { type Origin, type Principal, SessionsService, SignInService } from '#identity';
import { DomainError } from '#kernel';
import { Allow, CurrentPrincipal, Public } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { LimitedRefresh, LimitedSignIn } from '../http/limits.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { answerTokens, dropCookie, refreshCookie } from './refresh-cookie.ts';
import { refreshInput, signInInput, signInMethodsAnswer, tokensAnswer } from './session.schemas.ts';

export function originOf(request: FastifyRequest): Origin {
  const userAgent = request.headers['user-agent'];
  return { address: request.ip, ...(userAgent !== undefined && { userAgent }) };
}

/** Sessions: sign-in, refresh, sign-out. */
@ApiTags('Sign-in')
@Controller('auth')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({ summary: 'Read how people sign in', description: 'What a sign-in page offers.' })
  @Get('methods')
  @Public()
  @Answers(signInMethodsAnswer)
  methods(): z.infer<typeof signInMethodsAnswer> {
    return { password: true, oidc: this.settings.identity.oidc !== undefined, demo: this.settings.offersDemo };
  }

  @ApiOperation({
    summary: 'Sign in with a password',
    description: 'Answers with an access token, and with a refresh token in the body or in a cookie.',
  })
  @Post('sign-in')
  @Public()
  @LimitedSignIn()
  @Answers(tokensAnswer)
  async withPassword(
    @Body({ schema: signInInput }) input: z.infer<typeof signInInput>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof tokensAnswer>> {
    const credentials = { email: input.email, password: input.password, ...(input.code !== undefined && { code: input.code }) };
    const tokens = await this.signIn.withPassword(credentials, originOf(request));
    return answerTokens(reply, tokens, input.keepIn, { secure: this.#secure });
  }

  @ApiOperation({
    summary: 'Refresh the access token',
    description: 'Takes the refresh token from the body or the cookie, and replaces it by a new one.',
  })
  @Post('refresh')
  @Public()
  @LimitedRefresh()
  @Answers(tokensAnswer)
  async refresh(
    @Body({ schema: refreshInput }) input: z.infer<typeof refreshInput>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof tokensAnswer>> {
    const token = input.refreshToken ?? refreshCookie(request);
    if (token === undefined) {
      throw new DomainError('session.expired', {
        detail: 'There is no refresh token in body or cookie.',
        remedy: 'Sign in.',
        kind: 'unauthenticated',
      });
    }
    const tokens = await this.sessions.refresh(token, originOf(request));
    return answerTokens(reply, tokens, input.refreshToken === undefined ? 'cookie' : 'body', { secure: this.#secure });
  }

  @ApiOperation({ summary: 'Sign out', description: 'Ends the current session.' })
  @Delete('session')
  @Allow('self')
  @AnswersNothing('Signed out')
  async signOut(@CurrentPrincipal() principal: Principal, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { sessionId } = principal;
    if (sessionId !== undefined) await this.transactions.run((tx) => this.sessions.revoke(tx, principal, sessionId));
    dropCookie(reply);
  }

  get #secure(): boolean {
    return this.settings.publicUrl.startsWith('https:');
  }
}
