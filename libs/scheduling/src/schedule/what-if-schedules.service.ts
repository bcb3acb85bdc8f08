import { Injectable } from '@nestjs/common';
import { Clock, DomainError, instantOf } from '#kernel';
import type { ImpossibleChange, ScheduleChange } from '../domain/schedule-changes.ts';
import type { PublishedSchedule } from './published-schedules.service.ts';
import type { WhatIfSchedules } from './schedule.worker.ts';
import { ScheduleThreads } from './schedule-threads.ts';

const LONGEST_MILLISECONDS = 45_000;

/** What would become of the waiting jobs if nodes or limits were different. It changes nothing. */
@Injectable()
export class WhatIfSchedulesService {
  constructor(
    private readonly threads: ScheduleThreads,
    private readonly clock: Clock,
  ) {}

  /**
   * @param seconds how far ahead it looks
   * @throws DomainError `schedule.unknown`, `schedule.busy`, `schedule.unknown-node`, `schedule.unknown-class`, `schedule.unknown-owner`,
   * `schedule.too-few-nodes`
   */
  async of(
    published: PublishedSchedule | undefined,
    changes: readonly ScheduleChange[],
    seconds: number,
  ): Promise<WhatIfSchedules & { readonly asOf: Date }> {
    if (published === undefined) {
      throw new DomainError('schedule.unknown', {
        detail: 'The scheduler has not published its queue.',
        remedy: 'Look whether a controller runs (mss loops).',
        kind: 'unavailable',
      });
    }
    const { publishedAt, content } = published;
    const schedule = { publishedAt, content, now: instantOf(this.clock.now()) };
    const answer = await this.threads.ask('whatIf', { schedule, changes, seconds }, LONGEST_MILLISECONDS);
    if (answer === undefined) {
      throw new DomainError('schedule.busy', {
        detail: 'Too many simulations of the schedule were asked for at once.',
        remedy: 'Ask again in a minute.',
        kind: 'unavailable',
      });
    }
    if (!('impossible' in answer)) return { ...answer, asOf: publishedAt };
    throw refusalOf(answer.impossible);
  }
}

function refusalOf({ code, detail }: ImpossibleChange): DomainError {
  const field = '/changes';
  switch (code) {
    case 'schedule.unknown-node':
      return new DomainError('schedule.unknown-node', { field, detail, remedy: 'Name one of the nodes that "mss nodes" shows.' });
    case 'schedule.unknown-class':
      return new DomainError('schedule.unknown-class', { field, detail, remedy: 'Name one of the GPU classes that "mss class ls" shows.' });
    case 'schedule.unknown-owner':
      return new DomainError('schedule.unknown-owner', {
        ...{ field, detail },
        remedy: 'Name "park", or a group or company that "mss limit tree" shows.',
      });
    case 'schedule.too-few-nodes':
      return new DomainError('schedule.too-few-nodes', { field, detail, remedy: 'Take away fewer nodes.' });
  }
}
