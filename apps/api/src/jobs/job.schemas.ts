import { z } from 'zod';
import {
  type Job,
  type JobEvent,
  type JobSummary,
  JOB_STATES,
  jobFileSchema,
  PRIORITIES,
  projectCode,
  type StopsForOthers,
  toJobFile,
  withHiddenEnv,
} from '#jobs';
import type { Principal } from '#identity';
import { START_ASSUMPTION } from '#scheduling';
import { areDistinct, MOST_ITEMS } from '../http/bulk.ts';
import { pageOf, pageQuery } from '../http/pages.ts';
import { id, instant } from '../http/wire.ts';

export const jobId = id('job');

export const jobsBulkInput = z.strictObject({
  action: z.enum(['cancel', 'suspend', 'resume']),
  ids: z.array(jobId).min(1).max(MOST_ITEMS).refine(areDistinct, 'Name each job once'),
});

const exit = z.object({ reason: z.string(), detail: z.string(), exitCode: z.int().nullable() });
export const waitingReason = z
  .object({
    code: z.string().describe('For machines, such as `capacity` or `behind reservation`'),
    detail: z.string(),
    remedy: z.string().describe('What would resolve it'),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe('The numbers of the detail, for machines'),
  })
  .meta({ id: 'WaitingReason' });
const waiting = z.object({
  reason: z.string(),
  detail: z.string(),
  expectedStart: instant.nullable(),
  assumption: z.string().nullable().describe('What the expected start is computed from'),
  jobsAhead: z.int().nullable().optional().describe('Where no start can be estimated: about how many jobs of its class come before it'),
  place: z.int().nullable().describe('Its place among the waiting jobs of its class, from 1; null where it is not known exactly'),
  reasons: z.array(waitingReason).describe('Everything that keeps it waiting, the first as in `reason`; no other company is named'),
});

/** A job as lists contain it: without its file. */
export const jobSummaryAnswer = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    name: z.string(),
    state: z.enum(JOB_STATES),
    attempt: z.int().describe('Admissions so far'),
    gpuClass: z.string(),
    replicas: z.int(),
    gpusPerReplica: z.int(),
    maxRuntimeSeconds: z.int(),
    graceSeconds: z.int(),
    priority: z.enum(PRIORITIES),
    selfPay: z.boolean(),
    submittedBy: z.string(),
    submittedAt: instant,
    queuedAt: instant,
    admittedAt: instant.nullable(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    cancelRequestedAt: instant.nullable(),
    exhaustsAt: instant.nullable().describe('When its funds run out'),
    stopReason: z.string().nullable(),
    podFailures: z
      .object({
        earlier: z.int().describe('In attempts before the present one'),
        inAttempt: z.int(),
        detail: z.string().describe('What the last of them ended with'),
        nextPodBy: instant.nullable().describe('When Kubernetes starts the next pod, at the latest'),
      })
      .nullable()
      .describe('Pods whose program failed and that were started again, as `retries` allows'),
    waiting: waiting.nullable().describe('Why it waits, and until when at the latest'),
    exit: exit.nullable(),
    placement: z.array(z.string()).nullable().describe('Node of each replica'),
  })
  .meta({ id: 'JobSummary' });

export const jobAnswer = jobSummaryAnswer
  .extend({
    file: z.record(z.string(), z.unknown()).describe('The job file; people of the park see names of its environment, not values'),
    stoppedForOthers: z
      .object({
        times: z.int(),
        lostGpuSeconds: z.int().describe('GPU-seconds since its checkpoint marks, or its starts: lost if nothing else of them was saved'),
      })
      .nullable()
      .describe('How often it was stopped for other jobs, because it is preemptible or borrowed GPUs; null where it never was'),
  })
  .meta({ id: 'Job' });

export const jobsAnswer = pageOf(jobSummaryAnswer);

export const jobsQuery = pageQuery({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(JOB_STATES)))
    .optional()
    .describe('One or several of the states, separated by commas'),
  gpuClass: z.string().max(63).optional(),
  name: z.string().max(63).optional().describe('Part of the name'),
  project: projectCode.optional().describe('Code of their project'),
  submittedBy: id('user').optional().describe('Only those that this person submitted'),
  company: id('company').optional().describe('For the people of the park'),
});

export const eventAnswer = z
  .object({
    sequence: z.int(),
    at: instant,
    kind: z.string(),
    fromState: z.enum(JOB_STATES).nullable(),
    toState: z.enum(JOB_STATES),
    attempt: z.int(),
    actor: z.string(),
    reason: z.string().nullable(),
    data: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'JobEvent' });

export const checkpointAnswer = z.object({ jobId: z.string(), attempt: z.int(), at: instant });

export const eventsAnswer = pageOf(eventAnswer);
export const eventsQuery = pageQuery({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe('Only events with a higher number'),
});

/** Two replicas of eight GPUs that save their state when they are stopped. */
const JOB_FILE_EXAMPLE = {
  apiVersion: 'speedspace.io/v1',
  kind: 'Job',
  metadata: { name: 'llama-finetune' },
  spec: {
    gpuClass: 'h800',
    replicas: 2,
    gpusPerReplica: 8,
    image: 'registry.park.example/jiding/train:1.4',
    command: ['torchrun', '--nproc-per-node=8', 'train.py'],
    env: { EPOCHS: '3' },
    maxRuntime: '12h',
    checkpoint: { grace: '2m', resume: 'auto' },
    topology: { key: 'rack', mode: 'prefer' },
    selfPay: true,
  },
};

/** The job file in the OpenAPI description. `parseJobFile` reads it, and names a remedy for each fault. */
export const jobFileDescription = {
  schema: { ...z.toJSONSchema(jobFileSchema, { io: 'input', target: 'draft-2020-12' }), examples: [JOB_FILE_EXAMPLE] } as object,
};

const text = (date: Date | null): string | null => date?.toISOString() ?? null;

function showWaitingState({ waiting: state }: JobSummary): z.infer<typeof waiting> | null {
  if (state === null) return null;
  const reasons = state.reasons.map((reason) => ({ ...reason, facts: { ...reason.facts } }));
  return { ...state, assumption: state.expectedStart === null ? null : START_ASSUMPTION, reasons };
}

export function showJobSummary(job: JobSummary): z.infer<typeof jobSummaryAnswer> {
  return {
    ...job,
    waiting: showWaitingState(job),
    placement: job.placement === null ? null : [...job.placement],
    submittedAt: job.submittedAt.toISOString(),
    queuedAt: job.queuedAt.toISOString(),
    admittedAt: text(job.admittedAt),
    startedAt: text(job.startedAt),
    endedAt: text(job.endedAt),
    cancelRequestedAt: text(job.cancelRequestedAt),
    exhaustsAt: text(job.exhaustsAt),
  };
}

/** A job without what `reader` may not read: only its company reads the values of its environment, which may be tokens and keys. */
export function showJob(
  { spec, ...job }: Job,
  stops: StopsForOthers | undefined,
  reader: Pick<Principal, 'tenantId'>,
): z.infer<typeof jobAnswer> {
  const shown = reader.tenantId === job.tenantId ? spec : withHiddenEnv(spec);
  const stoppedForOthers = stops === undefined ? null : { times: stops.times, lostGpuSeconds: Number(stops.lostGpuSeconds) };
  return { ...showJobSummary(job), file: toJobFile(shown), stoppedForOthers };
}

export function showEvent({ sequence, at, kind, fromState, toState, attempt, actor, reason, data }: JobEvent): z.infer<typeof eventAnswer> {
  return { sequence, at: at.toISOString(), kind, fromState, toState, attempt, actor: actor.name, reason, data };
}
