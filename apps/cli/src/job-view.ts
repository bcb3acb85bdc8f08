import { styleText } from 'node:util';
import { hours, inUnit, money } from './amounts.ts';
import type { components } from '#api-client';
import { type Fact, known } from './facts.ts';
import type { JobFile } from './job-file.ts';
import type { Column } from './output.ts';
import { harmless } from './terminal-text.ts';

export type Job = components['schemas']['Job'];
/** A job as lists contain it: without its file. */
export type JobSummary = components['schemas']['JobSummary'];
export type Quote = components['schemas']['Quote'];

const COLOUR_OF = { Running: 'green', Succeeded: 'green', Failed: 'red', TimedOut: 'red', Suspended: 'yellow' } as const;

/** The state, in colour if the terminal shows colours. */
function stateOf({ state }: JobSummary, colours: boolean): string {
  const colour = (COLOUR_OF as Partial<Record<Job['state'], 'green' | 'red' | 'yellow'>>)[state];
  return colours && colour !== undefined ? styleText(colour, state, { validateStream: false }) : state;
}

/** The text for a job with too many jobs before it for an estimate. */
function behindOthers({ waiting }: Pick<JobSummary, 'waiting'>): string | undefined {
  const jobs = waiting?.jobsAhead ?? null;
  return jobs === null ? undefined : `after about ${jobs} jobs`;
}

/** Why the job waits, or how it ended. */
function reasonOf(job: JobSummary): string {
  const { waiting, exit, stopReason } = job;
  const behind = behindOthers(job);
  const detail = waiting?.detail ?? exit?.detail ?? stopReason ?? '';
  return harmless(behind === undefined ? detail : `${detail} Starts ${behind}.`);
}

export function jobColumns(colours: boolean): Column<JobSummary>[] {
  return [
    { title: 'id', of: ({ id }) => id },
    { title: 'name', of: ({ name }) => name },
    { title: 'state', of: (job) => stateOf(job, colours) },
    { title: 'class', of: ({ gpuClass }) => gpuClass },
    { title: 'gpus', of: ({ replicas, gpusPerReplica }) => String(replicas * gpusPerReplica), align: 'right' },
    { title: 'submitted', of: ({ submittedAt }) => submittedAt },
    { title: 'why', of: reasonOf },
  ];
}

/** All that keeps it waiting. */
function waitsFor({ waiting }: Job): string | undefined {
  if (waiting === null) return undefined;
  return harmless(waiting.reasons.length === 0 ? waiting.detail : waiting.reasons.map(({ detail }) => detail).join(' '));
}

type WaitingReasons = NonNullable<Job['waiting']>['reasons'];

function reasonFacts(reasons: WaitingReasons): [string, string][] {
  return reasons.flatMap(({ code, detail, remedy }, index): [string, string][] => [
    [`reason ${index + 1}`, harmless(`${code}: ${detail}`)],
    ['what resolves it', harmless(remedy)],
  ]);
}

/** Why a job waits, each reason with what would resolve it, and when it is expected to start. */
export function whyFacts(job: Job, colours: boolean): Fact[] {
  const { waiting } = job;
  const place = waiting?.place ?? null;
  return known([
    ['id', job.id],
    ['name', job.name],
    ['state', stateOf(job, colours)],
    ...reasonFacts(waiting?.reasons ?? []),
    ['reason', waiting?.reasons.length === 0 ? harmless(`${waiting.reason}: ${waiting.detail}`) : null],
    ['place in the queue', place === null ? behindOthers(job) : `${place} of ${job.gpuClass}`],
    ['expected start', waiting?.expectedStart],
    ['assumed', waiting?.assumption],
    ['why', waiting === null ? harmless(job.exit?.detail ?? job.stopReason ?? notWaiting(job)) : null],
  ]);
}

function notWaiting({ state }: Job): string {
  return state === 'Queued' ? 'No cycle of the scheduler has looked at it yet.' : 'It does not wait in the queue.';
}

/** How many of the retries are used, why, and when the next pod starts. */
function retriesOf(allowed: number, failures: Job['podFailures']): string | undefined {
  if (failures === null) return allowed === 0 ? undefined : String(allowed);
  const awaited = failures.nextPodBy !== null && Date.parse(failures.nextPodBy) > Date.now();
  const next = !awaited ? '' : ` The next pod starts by ${failures.nextPodBy}.`;
  return harmless(`${failures.earlier + failures.inAttempt} of ${allowed} used. ${failures.detail}${next}`);
}

/** What the job file asks for that many jobs do not. */
function specFacts({ file, podFailures }: Pick<Job, 'file' | 'podFailures'>): [string, string | undefined][] {
  // The API answers with a job file that it has accepted.
  const { metadata, spec } = file as unknown as JobFile;
  const { after, runAs, workingDir, topology } = spec;
  return [
    ['project', metadata.project],
    ['topology', topology === undefined ? undefined : harmless(`${topology.mode ?? 'prefer'} ${topology.key}`)],
    ['retries', retriesOf(spec.retries ?? 0, podFailures)],
    ['starts after', after?.map(({ job, on }) => (on === 'end' ? `the end of ${harmless(job)}` : harmless(job))).join(', ')],
    ['working directory', workingDir === undefined ? undefined : harmless(workingDir)],
    ['/dev/shm', spec.shm === undefined ? undefined : `${spec.shm} of the memory`],
    ['disk of each pod', spec.ephemeralStorage === undefined ? undefined : spec.ephemeralStorage],
    ['image pulled with', spec.imagePullSecrets?.join(', ')],
    ['variables of', spec.envFrom?.map(({ secret }) => secret).join(', ')],
    ['files of', spec.files?.map(({ secret, mountPath }) => harmless(`${secret} at ${mountPath}`)).join(', ')],
    ['runs as', runAs === undefined ? undefined : `user ${runAs.user}, group ${runAs.group ?? runAs.user}`],
  ];
}

/** How often the job was stopped for others, and what was lost of it. */
function stopsOf({ stoppedForOthers }: Pick<Job, 'stoppedForOthers'>): string | null {
  if (stoppedForOthers === null) return null;
  const { times, lostGpuSeconds } = stoppedForOthers;
  return `${times === 1 ? 'once' : `${times} times`}; about ${hours(lostGpuSeconds)} GPU-hours were lost, if nothing was saved after its last checkpoint mark`;
}

export function jobFacts(job: Job, colours: boolean): Fact[] {
  return known([
    ['id', job.id],
    ['name', job.name],
    ['state', stateOf(job, colours)],
    ['GPUs', `${job.replicas} × ${job.gpusPerReplica} ${job.gpuClass}`],
    ['max runtime', `${job.maxRuntimeSeconds} s`],
    ...specFacts(job),
    ['priority', job.priority],
    ['self-pay', job.selfPay ? 'yes' : 'no'],
    ['attempt', String(job.attempt)],
    ['submitted', job.submittedAt],
    ['admitted', job.admittedAt],
    ['started', job.startedAt],
    ['ended', job.endedAt],
    ['funds run out', job.exhaustsAt],
    ['nodes', job.placement?.join(', ')],
    ['waits for', waitsFor(job)],
    ['place in the queue', job.waiting?.place?.toString()],
    ['expected start', job.waiting?.expectedStart ?? behindOthers(job)],
    ['stopped for', job.stopReason],
    ['stopped for other jobs', stopsOf(job)],
    ['exit', job.exit === null ? null : harmless(`${job.exit.reason}: ${job.exit.detail}`)],
  ]);
}

export type PodEvent = components['schemas']['PodEvent'];

/** So many of the latest warnings are shown with a job. */
const SHOWN_WARNINGS = 5;

/** The latest warnings of the cluster about the present attempt of a job, each with what to do. */
export function warningFacts(job: Pick<Job, 'attempt'>, events: readonly PodEvent[]): Fact[] {
  const warnings = events.filter(({ warning, attempt }) => warning && attempt === job.attempt);
  // The same reason of several pods is told once.
  const told = [...Map.groupBy(warnings, ({ code }) => code).values()].flatMap((group) => {
    const last = group.toSorted((a, b) => a.lastAt.localeCompare(b.lastAt)).at(-1);
    return last === undefined ? [] : [{ ...last, replicas: new Set(group.map(({ replica }) => replica)) }];
  });
  return told
    .toSorted((a, b) => a.lastAt.localeCompare(b.lastAt))
    .slice(-SHOWN_WARNINGS)
    .flatMap(({ code, sentence, remedy, message, replicas }) => {
      const pods = [...replicas].sort((a, b) => a - b).join(', ');
      const reported = `${code}: ${sentence.en}${message === '' ? '' : ` ${message}`} (pod ${pods})`;
      return known([
        ['the cluster reports', harmless(reported)],
        ['what to do', remedy === null ? null : remedy.en],
      ]);
    });
}

export const podEventColumns: readonly Column<PodEvent>[] = [
  { title: 'last', of: ({ lastAt }) => lastAt },
  { title: 'attempt', of: ({ attempt }) => String(attempt), align: 'right' },
  { title: 'pod', of: ({ replica }) => String(replica), align: 'right' },
  { title: 'code', of: ({ code }) => code },
  { title: 'times', of: ({ count }) => String(count), align: 'right' },
  { title: 'what', of: ({ sentence, message }) => harmless(message === '' ? sentence.en : `${sentence.en} ${message}`) },
  { title: 'what to do', of: ({ remedy }) => remedy?.en ?? '' },
];

export function quoteFacts(quote: Quote): Fact[] {
  return [
    { name: 'GPUs', value: `${quote.gpus} ${quote.gpuClass}` },
    { name: 'price per GPU-hour', value: money(quote.fenPerGpuHour) },
    { name: 'GPU-hours', value: hours(quote.quotedGpuSeconds) },
    { name: 'list cost', value: money(quote.listFen) },
    { name: 'subsidy', value: money(quote.subsidyFen) },
    { name: 'self-paid', value: money(quote.selfPaidFen) },
    ...(quote.uncoveredGpuSeconds === 0 ? [] : [{ name: 'GPU-hours nothing pays for', value: hours(quote.uncoveredGpuSeconds) }]),
    ...quote.shares.map((share) => ({
      name: `paid by ${share.name}`,
      value: `${hours(share.coveredGpuSeconds)} GPU-hours for ${inUnit(share.unit, share.amount)}`,
    })),
    ...startFacts(quote),
  ];
}

/** Whether the job would start now, or what a waiting job is told. */
function startFacts({ start, gpuClass }: Quote): Fact[] {
  if (start === null) return known([['start', 'not known: the scheduler has not published its queue']]);
  const { startsNow, place, expectedStart, assumption, reasons, asOf } = start;
  return known([
    ['start', startsNow ? 'at once: its GPUs are free' : 'it would wait'],
    ['place in the queue', place === null ? null : `${place} of ${gpuClass}`],
    ['expected start', startsNow ? null : (expectedStart ?? 'cannot be estimated')],
    ['assumed', assumption],
    ...reasonFacts(reasons),
    ['queue as of', asOf],
  ]);
}
