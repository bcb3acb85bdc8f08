/**
 * metering — usage intervals from the containers' own start and end, keyed by pod UID, ticks that hand cumulative usage to funding
 * (rules M1–M5, M7), and incidents that have it credited back (M8). It owns the tables `usage_interval`, `pod_record`, `reused_pod_uid` and
 * `incident…`; it must never price a second nor choose who pays for it, and it learns of pods from its caller: it knows no Kubernetes client.
 */
export { type Heartbeats, lastSeen, provingSample, usefulSamples } from './domain/last-seen.ts';
export { isSilent, isTrusted, leasesAfter, type NodeLeases } from './domain/node-silence.ts';
export { countLostPods, isLost, isReleasable, readingOf, reportOf } from './lost-pods.ts';
export { gpuSecondsBefore, type Reading, type UsageInterval } from './domain/usage.ts';
export {
  type DayOfUsage,
  endedOpenAdmissions,
  type MeteredAdmission,
  meteredGpuSeconds,
  unmeteredAdmissions,
} from './metered-admissions.queries.ts';
export type { NodeSilence, OpenPod, PodReading } from './recorded-pods.queries.ts';
export { type AttemptRun, attemptRuns } from './attempt-runs.queries.ts';
export type { AttemptSelection } from './ended-attempts.queries.ts';
export type { Incident, IncidentRefund } from './incidents.ts';
export { type AffectedAttempt, IncidentsService, type NewIncident } from './incidents.service.ts';
export { RefundReversalsService } from './refund-reversals.service.ts';
export { MeteringService, type Outlook, type TickResult } from './metering.service.ts';
export { type MeteredRun, meteredRuns, meteredRunsOfJobs } from './metered-runs.queries.ts';
export { markPodsLost, type PodReport, recordPodReports } from './pod-records.queries.ts';
export { type RecordedRun, recordedRuns, type RunJob, runJobs, type RunSelection } from './run-jobs.queries.ts';
export { lostPods, type LostPod } from './lost-pods.queries.ts';
export { MeteringModule } from './metering.module.ts';
export { reusedUids, type ReusedUid } from './reused-uids.queries.ts';
