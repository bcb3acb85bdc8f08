/**
 * scheduling — which waiting job starts now, where, and why the others do not: fair share, gang fit, packing, reservation and
 * backfill, as one pure function of a snapshot. It owns no table. It must never read a clock, a database or the cluster, nor hold
 * money: the controller hands it what it needs to know and carries out what it decides.
 */
export { cycle, type Decision, type Start, type Wait } from './domain/cycle.ts';
export { decayedUsage, HALF_LIFE_SECONDS, type UsageSample } from './domain/fair-share.ts';
export { DEFAULT_POLICY, limitKey, type Policy, type QueuedJob, type WaitReason } from './domain/queue.ts';
export type { BoundPod, Gang, NodeCapacity, Replica, Snapshot } from './domain/snapshot.ts';
