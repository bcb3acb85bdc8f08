/**
 * scheduling — which waiting job starts now, where, and why the others do not: fair share, gang fit, packing, reservation and
 * backfill, as one pure function of a snapshot; and the concurrency limits of companies (rule S2), whose table `concurrency_limit` it
 * owns. The cycle never reads a clock, a database or the cluster: the controller gives it what it needs to know and carries out what
 * it decides. This module must never hold money.
 */
export { type ConcurrencyLimit, ConcurrencyLimitsService } from './concurrency-limits.service.ts';
export { cycle, type Decision, type Start, type Wait } from './domain/cycle.ts';
export { decayedUsage, USAGE_WINDOW_SECONDS, type UsageSample } from './domain/fair-share.ts';
export { avoidedNodes, inadmissibleReason } from './domain/admissibility.ts';
export { limitKey } from './domain/concurrency.ts';
export { DEFAULT_POLICY, type InadmissibleReason, occupancySeconds, type Policy, type QueuedJob, type WaitReason } from './domain/queue.ts';
export { startLimits } from './domain/start-limits.ts';
export type { BoundPod, Gang, NodeCapacity, Replica, Snapshot } from './domain/snapshot.ts';
export { SchedulingModule } from './scheduling.module.ts';
