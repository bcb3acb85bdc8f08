import type { Instant } from '#kernel';
import type { Shape } from './free-nodes.ts';

/** In the order in which a tenant's own jobs are served; it has no effect between tenants (rule S1). */
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
  /** It did not start before, and pauses, or keeps off the nodes that did not take it. */
  | 'back-off';

/** A job that waits for admission. */
export interface QueuedJob extends Shape {
  readonly id: string;
  readonly tenantId: string;
  readonly priority: (typeof PRIORITY_ORDER)[number];
  readonly queuedAt: Instant;
  /** How long it may occupy its nodes: max runtime and grace. */
  readonly longestSeconds: number;
  /** Why it keeps off `avoidedNodes`. */
  readonly avoidedBecause?: string;
  /** What keeps it from starting that is not the cluster's: its funds could not be held, its tenant is paused, its quota is used. */
  readonly inadmissible?: { readonly reason: 'funds' | 'quota' | 'paused tenant' | 'back-off'; readonly detail: string };
}

/** What the park has decided about sharing. */
export interface Policy {
  /** Off: first come between tenants. */
  readonly fairShare: boolean;
  /** GPUs that a tenant may occupy at once, by `tenant/class`; absent: any number. */
  readonly concurrencyLimits: ReadonlyMap<string, number>;
  /** How much a GPU-second of a class counts; absent: 1. */
  readonly classWeights: ReadonlyMap<string, number>;
  /** For how many waiting jobs of each class a start is estimated. */
  readonly estimates: number;
  /** How many jobs one cycle starts; the next goes on behind them. */
  readonly mostStarts: number;
  /** How many jobs of a tenant one cycle starts; absent: any number. So a tenant whose pods are not made is in nobody's way. */
  readonly mostStartsOfTenant: ReadonlyMap<string, number>;
}

export const DEFAULT_POLICY: Policy = {
  fairShare: true,
  concurrencyLimits: new Map(),
  classWeights: new Map(),
  estimates: 100,
  mostStarts: Infinity,
  mostStartsOfTenant: new Map(),
};

/** Key of a concurrency limit. */
export function limitKey(tenantId: string, gpuClass: string): string {
  return `${tenantId}/${gpuClass}`;
}

export function gpusOf(shape: Shape): number {
  return shape.replicas * shape.replica.gpus;
}
