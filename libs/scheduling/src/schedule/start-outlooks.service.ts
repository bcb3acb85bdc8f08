import { Injectable } from '@nestjs/common';
import { type PlaceableJob, podShape, type ReplicaShape } from '#jobs';
import { Clock, instantOf } from '#kernel';
import type { InadmissibleReason } from '../domain/queue.ts';
import type { StartOutlook } from '../domain/start-outlook.ts';
import { queuedJob } from '../scheduled-jobs.ts';
import type { PublishedSchedule } from './published-schedules.service.ts';
import { ScheduleThreads } from './schedule-threads.ts';

/** Longer than this nobody waits for it beside a quote. */
const LONGEST_MILLISECONDS = 3_000;

/** A job that is not submitted yet. */
export interface AskedStart {
  readonly job: Omit<PlaceableJob, 'checkpointAt'>;
  /** What each replica needs, without the overhead of its RuntimeClass. */
  readonly replica: ReplicaShape;
  /** Why it could not start, whatever is free. */
  readonly inadmissible: InadmissibleReason | undefined;
}

/** When jobs would start that are not submitted yet: what a waiting job is told about its start (rule S6), for a quote. */
@Injectable()
export class StartOutlooksService {
  constructor(
    private readonly threads: ScheduleThreads,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined where the answer takes too long, because too many ask at once */
  async of(
    { publishedAt, content, terms }: PublishedSchedule,
    { job, replica, inadmissible }: AskedStart,
  ): Promise<StartOutlook | undefined> {
    const now = instantOf(this.clock.now());
    const asked = queuedJob(job, podShape(replica, terms.overheads[job.gpuClass]), inadmissible, now);
    return await this.threads.ask('outlookOf', { schedule: { publishedAt, content, now }, job: asked }, LONGEST_MILLISECONDS);
  }
}
