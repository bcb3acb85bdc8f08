import { Body, Controller, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { PasswordLinksService, type Principal } from '#identity';
import { Allow, CurrentPrincipal, Public } from '../http/access.ts';
import { AnswersNothing } from '../http/answers.ts';
import { LimitedSignIn } from '../http/limits.ts';
import { passwordChange, passwordChoice, passwordLinkRequest } from './session.schemas.ts';

/** Choosing a password. */
@Controller()
export class PasswordController {
  constructor(private readonly links: PasswordLinksService) {}

  @Put('me/password')
  @Allow('self')
  @LimitedSignIn()
  @AnswersNothing('Changed; all other sessions are over')
  async change(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: passwordChange }) input: z.infer<typeof passwordChange>,
  ): Promise<void> {
    await this.links.change(principal, input);
  }

  @Post('auth/password-link')
  @Public()
  @LimitedSignIn()
  @AnswersNothing('If there is such an account, a link is on its way')
  async request(
    @Body({ schema: passwordLinkRequest }) input: z.infer<typeof passwordLinkRequest>,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.links.request(input.email, request.ip);
  }

  @Post('auth/password')
  @Public()
  @LimitedSignIn()
  @AnswersNothing('Chosen; sign in with it')
  async choose(@Body({ schema: passwordChoice }) input: z.infer<typeof passwordChoice>, @Req() request: FastifyRequest): Promise<void> {
    await this.links.choose(input.token, input.password, request.ip);
  }
}
