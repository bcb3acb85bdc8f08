import { Body, Controller, Delete, HttpStatus, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { type Principal, SecondFactorService, UsersService } from '#identity';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { LimitedSignIn } from '../http/limits.ts';
import { HttpProblem } from '../http/problem.ts';
import { totpCodeInput, totpEnrolmentAnswer } from './session.schemas.ts';

/** The authenticator app of the signed-in person. */
@ApiTags('Passwords and second factor')
@Controller('me/totp')
export class SecondFactorController {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly secondFactor: SecondFactorService,
  ) {}

  @ApiOperation({
    summary: 'Set up an authenticator app',
    description: 'The answer holds the secret for the app, which is shown this once. It is in force when a first code confirms it.',
  })
  @Post()
  @Allow('self')
  @Answers(totpEnrolmentAnswer, { status: 201 })
  async enrol(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof totpEnrolmentAnswer>> {
    return await this.transactions.run(async (tx) => this.secondFactor.enrol(tx, await this.users.get(tx, principal.id)));
  }

  @ApiOperation({
    summary: 'Confirm a code of the authenticator app',
    description: 'Confirms the app, or adds the second factor to a session that signed in without it.',
  })
  @Post('confirm')
  @Allow('self')
  @LimitedSignIn()
  @AnswersNothing('The session counts as signed in with a second factor')
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: totpCodeInput }) input: z.infer<typeof totpCodeInput>,
  ): Promise<void> {
    const { sessionId } = principal;
    if (sessionId === undefined) throw new HttpProblem(HttpStatus.FORBIDDEN, 'access.scope', 'A personal token has no session.');
    await this.secondFactor.confirm(principal, sessionId, input.code);
  }

  @ApiOperation({ summary: 'Remove the authenticator app', description: 'Needs a current code of the app.' })
  @Delete()
  @Allow('self')
  @LimitedSignIn()
  @AnswersNothing('The app is asked for no more')
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: totpCodeInput }) input: z.infer<typeof totpCodeInput>,
  ): Promise<void> {
    await this.secondFactor.remove(principal, input.code);
  }
}
