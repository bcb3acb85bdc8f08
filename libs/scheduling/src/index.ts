/**
 * scheduling — which waiting job starts now, on which nodes, and why the others wait: fair share, gang fit, packing, reservation and
 * backfill, as one pure function of a snapshot. It also holds the concurrency limits of companies (rule S2) and owns their tables
 * `concurrency_limit`, `limit_group_member`, `group_limit` and `published_schedule`. The cycle never reads a clock, a database or the cluster: the controller passes in the facts and carries out the
 * decisions. This module must never hold money.
 */
export { type ConcurrencyLimit, ConcurrencyLimitsService } from './concurrency-limits.service.ts';
export { type GroupLimit, type LimitGroupMember, LimitGroupsService } from './limit-groups.service.ts';
export { cycle } from './domain/cycle.ts';
export type { Decision, Start, Wait } from './domain/decision.ts';
export { decayedUsage, USAGE_WINDOW_SECONDS, type UsageSample } from './domain/fair-share.ts';
export { inadmissibleReason } from './domain/admissibility.ts';
export { type GpuLimit, limitKey, type LimitTree, PARK } from './domain/limit-tree.ts';
export { DEFAULT_POLICY, type InadmissibleReason, occupancySeconds, type Policy, type QueuedJob, type WaitReason } from './domain/queue.ts';
export { startLimits } from './domain/start-limits.ts';
export type { BoundPod, Gang, NodeCapacity, Replica, Snapshot } from './domain/snapshot.ts';
export { type DecidedCycle, type RunningJob, type Stop, stopsFor } from './domain/stops.ts';
export { START_ASSUMPTION, type WaitingReason, type WaitingState, waitingStates } from './domain/waiting-reasons.ts';
export { afterCycle, type CycleInput, startOutlook, type StartOutlook, withRefusals } from './domain/start-outlook.ts';
export type { ScheduleChange } from './domain/schedule-changes.ts';
export { FORECAST_ASSUMPTION, type ScheduleForecast } from './domain/schedule-forecast.ts';
export { encodeSchedule, type ScheduleTerms } from './schedule/published-schedule.ts';
export { type PublishedSchedule, PublishedSchedulesService } from './schedule/published-schedules.service.ts';
export { type AskedStart, StartOutlooksService } from './schedule/start-outlooks.service.ts';
export type { WhatIfSchedules } from './schedule/schedule.worker.ts';
export { WhatIfSchedulesService } from './schedule/what-if-schedules.service.ts';
export { queuedJob, runningJob } from './scheduled-jobs.ts';
export { SchedulingModule } from './scheduling.module.ts';
