import type { Instant } from '#kernel';
import type { WaitReason } from './queue.ts';

/** The job starts now; `placement` is the node of each replica, in the order of their indices. */
export interface Start {
  readonly jobId: string;
  readonly verdict: 'start';
  readonly placement: readonly string[];
}

/** The job waits, and this is why (rule S6). */
export interface Wait {
  readonly jobId: string;
  readonly verdict: 'wait';
  readonly reason: WaitReason;
  readonly detail: string;
  /** By the max runtimes, without backfill. The actual start may be earlier. */
  readonly expectedStart?: Instant;
  /** Where no start is estimated: roughly how many jobs of its class are ahead of it. */
  readonly jobsAhead?: number;
}

export type Decision = Start | Wait;
