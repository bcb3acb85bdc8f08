import { Body, Controller, Delete, HttpStatus, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Transactions } from '#database';
import { type Principal, SecondFactorService, UsersService } from '#identity';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { LimitedSignIn } from '../http/limits.ts';
import { HttpProblem } from '../http/problem.ts';
import { totpCodeInput, totpEnrolmentAnswer } from './session.schemas.ts';

/** The authenticator app of one's own account. */
@Controller('me/totp')
export class SecondFactorController {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly secondFactor: SecondFactorService,
  ) {}

  /** The secret for the app, shown this once; in force when a first code confirms it. */
  @Post()
  @Allow('self')
  @Answers(totpEnrolmentAnswer, { status: 201 })
  async enrol(@CurrentPrincipal() principal: Principal): Promise<z.infer<typeof totpEnrolmentAnswer>> {
    return await this.transactions.run(async (tx) => this.secondFactor.enrol(tx, await this.users.get(tx, principal.id)));
  }

  /** Confirms the app, or raises a session that signed in without it. */
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
