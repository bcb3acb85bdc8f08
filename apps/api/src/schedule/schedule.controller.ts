import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { jobNames } from '#jobs';
import { PublishedSchedulesService, WhatIfSchedulesService } from '#scheduling';
import { CompaniesService } from '#tenancy';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { LimitedSubmission } from '../http/limits.ts';
import { scheduleWhatIfAnswer, scheduleWhatIfInput, showScheduleWhatIf } from './schedule.schemas.ts';

const SECONDS_PER_HOUR = 3_600;

/** The schedule of the waiting jobs as it would be. */
@ApiTags('Operations')
@Controller('schedule')
export class ScheduleController {
  constructor(
    private readonly transactions: Transactions,
    private readonly schedules: PublishedSchedulesService,
    private readonly whatIf: WhatIfSchedulesService,
    private readonly companies: CompaniesService,
  ) {}

  @ApiOperation({
    summary: 'Simulate the schedule with other nodes or limits',
    description:
      'When each waiting job would start as things are (before), and with the changes (after); for each class also how many start, after ' +
      'how long those start that do so in both, and how many of its GPUs are in use. Computed by the same cycle that schedules, from the queue as the controller published it ' +
      'last. Nothing is changed.',
  })
  @Post('what-if')
  @Allow('schedule.read')
  @LimitedSubmission()
  @Answers(scheduleWhatIfAnswer)
  async run(
    @Body({ schema: scheduleWhatIfInput }) { changes, hours }: z.infer<typeof scheduleWhatIfInput>,
  ): Promise<z.infer<typeof scheduleWhatIfAnswer>> {
    const published = await this.transactions.run((tx) => this.schedules.latest(tx));
    const schedules = await this.whatIf.of(published, changes, hours * SECONDS_PER_HOUR);
    const { jobs } = schedules;
    const names = await this.transactions.run(async (tx) => ({
      jobs: await jobNames(
        tx,
        jobs.map(({ id }) => id),
      ),
      companies: await this.companies.byIds(tx, [...new Set(jobs.map(({ tenantId }) => tenantId))]),
    }));
    return showScheduleWhatIf(schedules.asOf, schedules, names);
  }
}
