import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { GpuSeconds } from '#kernel';
import { selectStopsForOthers } from './job-events.queries.ts';
import type { Job } from './job.ts';

/** The stops of a job for other jobs: it borrowed the share of somebody else (rule S2), or it is preemptible (rule S5). */
export interface StopsForOthers {
  readonly times: number;
  /** Since its last checkpoint mark, or its start, of each stopped attempt: lost if nothing else of it was saved. */
  readonly lostGpuSeconds: GpuSeconds;
}

/** How often jobs were stopped for others. */
@Injectable()
export class StopsForOthersService {
  /** Undefined where the job was never stopped for another one. */
  async of(tx: Tx, { id, attempt }: Pick<Job, 'id' | 'attempt'>): Promise<StopsForOthers | undefined> {
    if (attempt === 0) return undefined;
    const stops = await selectStopsForOthers(tx, id);
    return stops.times === 0 ? undefined : stops;
  }
}
