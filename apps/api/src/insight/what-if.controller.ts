import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { WhatIfService } from '#insight';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { showWhatIf, whatIfAnswer, whatIfInput } from './what-if.schemas.ts';

/** What past months would have cost whom under other terms. */
@ApiTags('Insight')
@Controller('what-if')
export class WhatIfController {
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
  async run(@Body({ schema: whatIfInput }) input: z.infer<typeof whatIfInput>): Promise<z.infer<typeof whatIfAnswer>> {
    const { from, until, programmes, gpuClasses: prices } = input;
    return showWhatIf(await this.transactions.snapshot((tx) => this.whatIf.run(tx, { from, until }, { programmes, prices })));
  }
}
