import { Body, Controller, Post, Put, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { PasswordLinksService, type Principal } from '#identity';
import { Allow, CurrentPrincipal, Public } from '../http/access.ts';
import { AnswersNothing } from '../http/answers.ts';
import { LimitedSignIn } from '../http/limits.ts';
import { passwordChange, passwordChoice, passwordLinkRequest } from './session.schemas.ts';

/** Passwords: how a person chooses one. */
@ApiTags('Passwords and second factor')
@Controller()
export class PasswordController {
  constructor(private readonly links: PasswordLinksService) {}

  @ApiOperation({ summary: 'Change your password', description: 'All your other sessions end.' })
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

  @ApiOperation({
    summary: 'Request a link to choose a password',
    description: 'The answer is the same whether the address has an account or not.',
  })
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

  @ApiOperation({ summary: 'Choose a password with a link', description: 'The link is valid once.' })
  @Post('auth/password')
  @Public()
  @LimitedSignIn()
  @AnswersNothing('Chosen; sign in with it')
  async choose(@Body({ schema: passwordChoice }) input: z.infer<typeof passwordChoice>, @Req() request: FastifyRequest): Promise<void> {
    await this.links.choose(input.token, input.password, request.ip);
  }
}
