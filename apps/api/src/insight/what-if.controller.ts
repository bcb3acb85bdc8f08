import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { WhatIfService } from '#insight';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { AnswerClosed } from '../http/event-stream.ts';
import { showWhatIf, whatIfAnswer, whatIfInput } from './what-if.schemas.ts';

/** What past months would have cost whom under other terms. */
@ApiTags('Insight')
@Controller('what-if')
export class WhatIfController {
  /** The last replay that was asked for. They take turns: each keeps a connection to the database and its sums in memory until its end. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly transactions: Transactions,
    private readonly whatIf: WhatIfService,
  ) {}

  @ApiOperation({
    summary: 'Replay past months under other terms',
    description:
      'Charges the recorded usage of some months again, in its order and by the rules of charging, once with the present terms (before) and ' +
      'once with changed rates, caps and prices (after); per company and in sum. Jobs run as they ran, even where nobody would have paid for ' +
      'them. `exact` says whether before is what was really charged, and `disagreementFen` by how much it is not. Nothing is written.',
  })
  @Post()
  @HttpCode(200)
  @Allow('what-if.read')
  @Answers(whatIfAnswer, { status: 200 })
  async run(
    @AnswerClosed() closed: AbortSignal,
    @Body({ schema: whatIfInput }) { from, until, programmes, gpuClasses: prices }: z.infer<typeof whatIfInput>,
  ): Promise<z.infer<typeof whatIfAnswer>> {
    const replay = this.#last.then(() =>
      this.transactions.snapshot((tx) => this.whatIf.run(tx, { from, until }, { programmes, prices }, closed)),
    );
    this.#last = replay.catch(() => undefined);
    return showWhatIf(await replay);
  }
}
