import { z } from 'zod';
import { recordedActor } from '#audit';
import { column, rowType } from '#database';
import { storedContainerSettings } from './container-fields.ts';
import { storedDependencies } from './dependency-fields.ts';
import { ATTEMPT_END_CAUSES, type DecidedEnd, END_EVENTS } from './domain/attempt-end.ts';
import { type JobSpec, PRIORITIES } from './domain/job-spec.ts';
import { JOB_EVENTS, JOB_STATES } from './domain/job-state-machine.ts';
import type { PodFailures } from './domain/pod-failures.ts';
import type { Requeue } from './domain/requeue.ts';
import { storedSecretFields } from './job-secrets.schema.ts';
import { JOB_NOTE_KINDS, type Job, type JobEvent, type JobSummary, type PlaceableJob } from './job.ts';

const text = z.string();
const instantText = z.string();
const exit = z.object({ reason: text, detail: text, exitCode: z.int().nullable() });
const waitingReason = z.object({
  ...{ code: text, detail: text, remedy: text },
  facts: z.record(text, z.union([text, z.number(), z.boolean()])),
});
/** A job that no cycle of this release has looked at yet has no place and no list of reasons. */
const waiting = z.object({
  ...{ reason: text, detail: text, expectedStart: instantText.nullable(), jobsAhead: z.int().nullable() },
  ...{ place: z.int().nullable().default(null), reasons: z.array(waitingReason).default([]) },
});

const requeue = z.object({
  ...{ lateStarts: z.int(), rejections: z.int(), losses: z.int() },
  ...{ notBefore: instantText, avoidedNodes: z.record(text, instantText), detail: text },
}) satisfies z.ZodType<Requeue>;

const podFailures = z.object({
  ...{ earlier: z.int(), inAttempt: z.int(), detail: text, nextPodBy: instantText.nullable() },
}) satisfies z.ZodType<PodFailures>;

const decidedEnd = z.object({
  ...{ cause: z.enum(ATTEMPT_END_CAUSES), event: z.enum(END_EVENTS), exit, at: z.int() },
  ...{ byDeletion: z.boolean().exactOptional(), rejectedBy: z.array(text).exactOptional() },
}) satisfies z.ZodType<DecidedEnd>;

const placeableSpec = z.object({
  ...{ gpusPerReplica: z.int(), cpuMillis: z.int().nullable(), memoryBytes: z.int().nullable() },
  ephemeralBytes: storedContainerSettings.ephemeralBytes,
  topology: z.object({ key: text, mode: z.enum(['prefer', 'require']) }).exactOptional(),
  ...storedDependencies,
});
const jobSpec = z.object({
  ...placeableSpec.shape,
  project: text.exactOptional(),
  ...{ name: text, gpuClass: text, replicas: z.int(), image: text, command: z.array(text), args: z.array(text) },
  ...{ env: z.record(text, text), maxRuntimeSeconds: z.int(), priority: z.enum(PRIORITIES), selfPay: z.boolean(), retries: z.int() },
  checkpoint: z.object({ graceSeconds: z.int(), resume: z.enum(['auto', 'manual']) }),
  ...storedSecretFields,
  annotations: z.record(text, text),
  ...storedContainerSettings,
  ...storedDependencies,
}) satisfies z.ZodType<JobSpec>;

const placed = {
  id: column.text,
  tenantId: column.text,
  name: column.text,
  gpuClass: column.text,
  replicas: column.integer,
  gpusPerReplica: column.integer,
  maxRuntimeSeconds: column.integer,
  graceSeconds: column.integer,
  priority: column.oneOf(PRIORITIES),
  selfPay: column.boolean,
  state: column.oneOf(JOB_STATES),
  attempt: column.integer,
  queuedAt: column.timestamp,
  placement: column.nullable(column.arrayOf(column.text)),
  startedAt: column.nullable(column.timestamp),
  stopRequestedAt: column.nullable(column.timestamp),
  requeue: column.nullable(column.json(requeue)),
};

const summary = {
  ...placed,
  submittedBy: column.text,
  submittedAt: column.timestamp,
  admittedAt: column.nullable(column.timestamp),
  endedAt: column.nullable(column.timestamp),
  exit: column.nullable(column.json(exit)),
  waiting: column.nullable(column.json(waiting)),
  cancelRequestedAt: column.nullable(column.timestamp),
  stopReason: column.nullable(column.text),
  decidedEnd: column.nullable(column.json(decidedEnd)),
  podFailures: column.nullable(column.json(podFailures)),
  exhaustsAt: column.nullable(column.timestamp),
  warnedSeconds: column.nullable(column.integer),
};

/** A job without its file. */
export const jobSummaryRow = rowType(summary) satisfies RowTypeOf<JobSummary>;
/** A whole job. */
export const jobRow = rowType({ ...summary, spec: column.json(jobSpec) }) satisfies RowTypeOf<Job>;
/** A job as far as it is placed by it. */
export const placeableJobRow = rowType({
  ...placed,
  checkpointAt: column.nullable(column.timestamp),
  spec: column.json(placeableSpec),
}) satisfies RowTypeOf<PlaceableJob>;

export const jobEventRow = rowType({
  id: column.text,
  jobId: column.text,
  sequence: column.integer,
  at: column.timestamp,
  kind: column.oneOf([...JOB_EVENTS, 'submitted', ...JOB_NOTE_KINDS]),
  fromState: column.nullable(column.oneOf(JOB_STATES)),
  toState: column.oneOf(JOB_STATES),
  attempt: column.integer,
  actor: recordedActor,
  reason: column.nullable(column.text),
  data: column.nullable(column.json(z.record(text, z.unknown()))),
}) satisfies RowTypeOf<JobEvent>;

type RowTypeOf<T> = { parse(rows: readonly unknown[]): T[] };
