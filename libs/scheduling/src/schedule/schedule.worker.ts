import type { Instant } from '#kernel';
import type { QueuedJob } from '../domain/queue.ts';
import { type CycleInput, type StartOutlook, startOutlook } from '../domain/start-outlook.ts';
import { type ImpossibleChange, isImpossible, type ScheduleChange, withChanges } from '../domain/schedule-changes.ts';
import { followedJobs, forecastSchedule, type ScheduleForecast } from '../domain/schedule-forecast.ts';
import { decodeSchedule } from './published-schedule.ts';

/** What a question is asked about: a published schedule, as it is at `now`. */
export interface ScheduleAsOf {
  readonly publishedAt: Date;
  readonly content: Uint8Array;
  readonly now: Instant;
}

/** The schedule that was asked about last: most questions are about the same. */
let known: { readonly publishedAt: number; readonly input: CycleInput } | undefined;

function inputOf({ publishedAt, content, now }: ScheduleAsOf): CycleInput {
  if (known?.publishedAt !== publishedAt.getTime()) known = { publishedAt: publishedAt.getTime(), input: decodeSchedule(content) };
  return { ...known.input, now: Math.max(known.input.now, now) };
}

/** When `job` would start. Runs in a thread of its own: a long queue takes some hundred milliseconds. */
export function outlookOf({ schedule, job }: { readonly schedule: ScheduleAsOf; readonly job: QueuedJob }): StartOutlook {
  return startOutlook(inputOf(schedule), job);
}

/** What is asked about changed nodes and limits. */
export interface WhatIfQuestion {
  readonly schedule: ScheduleAsOf;
  readonly changes: readonly ScheduleChange[];
  readonly seconds: number;
}

/** The jobs that were followed, and what becomes of them without the changes and with them. */
export interface WhatIfSchedules {
  readonly jobs: readonly Pick<QueuedJob, 'id' | 'tenantId' | 'gpuClass' | 'replicas' | 'replica'>[];
  /** How many jobs wait in all. */
  readonly waiting: number;
  readonly until: Instant;
  readonly before: ScheduleForecast;
  readonly after: ScheduleForecast;
}

/** The schedule as it is, and as it would be after changes. Runs in a thread of its own: it takes seconds for a long queue. */
export function whatIf({ schedule, changes, seconds }: WhatIfQuestion): WhatIfSchedules | { readonly impossible: ImpossibleChange } {
  const input = inputOf(schedule);
  const changed = withChanges(input, changes);
  if (isImpossible(changed)) return { impossible: changed };
  const [jobs, until] = [followedJobs(input), input.now + seconds];
  return {
    ...{ jobs, until, waiting: input.queue.length },
    before: forecastSchedule(input, jobs, until),
    after: forecastSchedule(changed, jobs, until),
  };
}
