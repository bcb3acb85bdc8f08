import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { listSchedules, Transactions } from '#database';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { loopsAnswer, showLoop } from './loop.schemas.ts';

/** The schedules of the controllers, for operators. */
@ApiTags('Operations')
@Controller('loops')
export class LoopsController {
  constructor(private readonly transactions: Transactions) {}

  @ApiOperation({
    summary: 'List the loops of the controllers',
    description: 'Every loop that a controller has led, by name: its leader, its last turn, its failures.',
  })
  @Get()
  @Allow('loop.read')
  @Answers(loopsAnswer)
  async list(): Promise<z.infer<typeof loopsAnswer>> {
    return { items: (await this.transactions.run((tx) => listSchedules(tx))).map(showLoop) };
  }
}
