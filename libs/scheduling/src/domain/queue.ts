import type { Instant } from '#kernel';
import { type LimitTree, NO_LIMITS } from './limit-tree.ts';
import type { Shape } from './shape.ts';

/** The order in which a tenant's own jobs are served. It has no effect between tenants (rule S1). */
export const PRIORITY_ORDER = ['high', 'normal', 'low'] as const;

/** Why a job waits, for machines (rule S6). */
export type WaitReason =
  | 'quota'
  | 'funds'
  | 'capacity'
  | 'concurrency limit'
  | 'behind reservation'
  | 'paused tenant'
  | 'maintenance'
  /** An attempt of it did not start. It waits for a while, or avoids the nodes that rejected it. */
  | 'back-off'
  /** It waits for another job of its company. */
  | 'dependency';

/** Why a job must not start, whatever is free in the cluster (rule S6): for example, its funds cannot be held. */
export interface InadmissibleReason {
  readonly reason: 'funds' | 'quota' | 'paused tenant' | 'back-off' | 'dependency';
  readonly detail: string;
  /** The numbers and ids of `detail`, for machines. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** A job that waits for admission. */
export interface QueuedJob extends Shape {
  readonly id: string;
  readonly tenantId: string;
  /** Where it belongs to a project. */
  readonly projectId?: string;
  readonly priority: (typeof PRIORITY_ORDER)[number];
  readonly queuedAt: Instant;
  /** Where it returned to the queue at its former place: since when it waits again. */
  readonly waitingSince?: Instant;
  /** `occupancySeconds` of it. */
  readonly longestSeconds: number;
  /** Why it avoids `avoidedNodes`. */
  readonly avoidedBecause?: string;
  /** Why it must not start, whatever is free in the cluster. */
  readonly inadmissible?: InadmissibleReason;
}

/** How the park shares its GPUs. */
export interface Policy {
  /** Whether the tenant with the lowest usage goes first; otherwise the job that was queued first. */
  readonly fairShare: boolean;
  /** Whether a job may start before one of its class that has a reservation, as long as it does not delay it (rule S3). */
  readonly backfill: boolean;
  /** Where pods go: where the fewest GPUs stay free (rule S4), or where the most are free, as Kubernetes does by default. */
  readonly placement: 'pack' | 'spread';
  /** How many GPUs of a class companies, their groups and the park may use at once, and whose share is whose (rule S2). */
  readonly limits: LimitTree;
  /** For how long a job that borrows, or is preemptible, is not stopped for others, from its start (rules S2, S5). */
  readonly shieldedSeconds: number;
  /** Whether preemptible jobs are stopped for others, and are considered after them (rule S5). */
  readonly preemption: boolean;
  /** After so long a wait, a preemptible job is considered in its ordinary turn (rule S5). */
  readonly preemptibleWaitSeconds: number;
  /** How much a GPU-second of a class counts; absent: 1. */
  readonly classWeights: ReadonlyMap<string, number>;
  /** For how many waiting jobs of each class a start is estimated. */
  readonly estimates: number;
  /** How many jobs one cycle starts at most. The next cycle continues after them. */
  readonly mostStarts: number;
  /** How many jobs of a tenant one cycle starts at most; absent: any number. So a tenant whose pods are not created holds up no other. */
  readonly mostStartsOfTenant: ReadonlyMap<string, number>;
}

export const DEFAULT_POLICY: Policy = {
  fairShare: true,
  backfill: true,
  placement: 'pack',
  limits: NO_LIMITS,
  shieldedSeconds: 1_800,
  preemption: true,
  preemptibleWaitSeconds: 86_400,
  classWeights: new Map(),
  estimates: 100,
  mostStarts: Infinity,
  mostStartsOfTenant: new Map(),
};

/** How long a job may occupy its nodes, in seconds: its max runtime and its grace (rule S3). */
export function occupancySeconds(job: { readonly maxRuntimeSeconds: number; readonly graceSeconds: number }): number {
  return job.maxRuntimeSeconds + job.graceSeconds;
}
