/**
 * jobs — what tenants want to be run: the job file, its acceptance, the queue, the state machine and its events. It owns the
 * tables `job`, `job_event` and `job_dependency`, which are the desired state that the cluster is reconciled to. It must never call the cluster or
 * move money: it records what is wanted and what happened. Views for the SQL of others: `ended_attempt`, `job_label`,
 * `job_owner`.
 */
export { causeOfPodEnd, type PodEnd, type PodEndCause } from './domain/pod-end.ts';
export { DEFAULT_USER } from './domain/container-settings.ts';
export { formatCpu } from './domain/quantity.ts';
export {
  type AttemptEnd,
  cannotStart,
  type CreationRefusal,
  type DecidedEnd,
  type EndCause,
  endOfRefusedPods,
  failsKubernetesJob,
  isOnRecord,
  type JobExit,
  takenAway,
  TAKEN_AWAY,
  wasFailedByCluster,
} from './domain/attempt-end.ts';
export { DRAIN_STOPS, drainStep, noticeEnd } from './domain/company-drain.ts';
export { type AttemptPod, hasEnded, isOver } from './domain/attempt-pod.ts';
export {
  type AttemptPolicy,
  type AttemptStep,
  isQuiet,
  keepsPods,
  lacksPods,
  newPodFailures,
  nextStep,
  type ObservedAttempt,
} from './domain/attempt-step.ts';
export type { ReportedEnd } from './reported-end.ts';
export { remainingRuntime } from './domain/max-runtime.ts';
export { DEPENDENCY_FAILED, dependencyDetail, dependencyFailed, type NeededJob } from './domain/dependencies.ts';
export { openDependencies, type OpenDependencies } from './job-dependencies.ts';
export { type PodFailures, retriesLeft } from './domain/pod-failures.ts';
export type { Requeue } from './domain/requeue.ts';
export { type ClusterReasonCode, type ExplainedReason, explainReason } from './domain/cluster-reasons.ts';
export { followSign, isStartSign, refusedByCluster, secretsMissing, type StartFault, type StartSign } from './domain/start-fault.ts';
export { imagePullPolicy, type ImagePullPolicy } from './domain/image-policy.ts';
export { type JobFault, JobRefused } from './domain/job-faults.ts';
export { faultsOfSecrets, secretReferences } from './domain/job-secrets.ts';
export { type JobSpec, PRIORITIES, type Priority, totalGpus } from './domain/job-spec.ts';
export { isActive, isTerminal, JOB_STATES, type JobEventKind, type JobState, canApply } from './domain/job-state-machine.ts';
export { type JobPolicy, podAnnotations, replicaShape } from './domain/acceptance.ts';
export { type NodeShape, type PodOverhead, podShape, type ReplicaShape } from './domain/node-shape.ts';
export type { Topology, TopologyLabels } from './domain/topology.ts';
export { projectCode } from './job-file-fields.ts';
export { type JobFile, jobFileSchema, parseJobFile, toJobFile, withHiddenEnv } from './job-file.ts';
export { admissionId, conditionOf, type Job, type JobEvent, type JobSummary, type PlaceableJob, type Waiting, whoActed } from './job.ts';
export { type FundableJob } from './funding-check.ts';
export { jobNames } from './job.queries.ts';
export type { EventsWanted } from './job-events.queries.ts';
export type { ActiveAttempt, DecidedAttempt, FailedAttempt, JobFilter } from './job.queries.ts';
export { firstHold, isStoppedForAnother, PREEMPTED, RECLAIMED, remainingHold } from './job-funding.ts';
export { JobAcceptanceService } from './job-acceptance.service.ts';
export type { JobNamingSecret } from './job-secrets.queries.ts';
export { jobEnvironment, JobSettings } from './job-settings.ts';
export {
  DRAIN_WARNED,
  type DrainWarned,
  FUNDS_WARNED,
  JOBS_ENDED,
  JOBS_REFUNDED,
  type JobsEnded,
  type JobsRefunded,
} from './job-topics.ts';
export { JobNotesService } from './job-notes.service.ts';
export { type JobPage, JobsService, JOBS_TOPIC, QUEUE_TOPIC, type SubmitOptions } from './jobs.service.ts';
export { LogAccessService, type WantedLog } from './log-access.service.ts';
export { type PlaceableJobs, PlaceableJobsService } from './placeable-jobs.service.ts';
export { type FoundJob, searchJobs } from './search.queries.ts';
export { type StopsForOthers, StopsForOthersService } from './stops-for-others.service.ts';
export { type SettledAttempt, settlingTransition, submittedJob, type Transition } from './job-transition.ts';
export { JobsModule } from './jobs.module.ts';
