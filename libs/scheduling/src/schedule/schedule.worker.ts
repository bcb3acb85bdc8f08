import type { Instant } from '#kernel';
import type { QueuedJob } from '../domain/queue.ts';
import { type CycleInput, type StartOutlook, startOutlook } from '../domain/start-outlook.ts';
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
