import type { Instant } from '#kernel';
import { cycle } from './cycle.ts';
import { decayedUsage } from './fair-share.ts';
import type { Policy, QueuedJob } from './queue.ts';
import type { Gang } from './snapshot.ts';
import type { CycleInput } from './start-outlook.ts';

/** Waiting jobs that are followed, the first ones. */
const MOST_JOBS = 2_000;
/** Work of a forecast: its steps times the jobs that it follows. */
const MOST_WORK = 400_000;
const MOST_STEPS = 2_000;

/** What a forecast is computed from, for people. */
export const FORECAST_ASSUMPTION =
  'All jobs use their whole max runtime, no further job is submitted, and none is stopped for others. Jobs that lack funds, wait for other jobs or belong to a paused company stay in the queue.';

/** What becomes of the waiting jobs of a class. */
export interface ClassForecast {
  /** GPU-seconds in use, and those that open nodes have. */
  readonly usedGpuSeconds: number;
  readonly availableGpuSeconds: number;
}

export interface ScheduleForecast {
  readonly from: Instant;
  /** The jobs that were followed; by their ids when they start, undefined where not before the end of the forecast. */
  readonly starts: ReadonlyMap<string, Instant | undefined>;
  readonly classes: ReadonlyMap<string, ClassForecast>;
}

/** The waiting jobs that a forecast follows: the first ones in the order of the next cycle. */
export function followedJobs(input: CycleInput): readonly QueuedJob[] {
  if (input.queue.length <= MOST_JOBS) return input.queue;
  const byId = new Map(input.queue.map((job) => [job.id, job]));
  const decisions = cycle(input.queue, input.snapshot, input.usage, unboundedPolicy(input.policy), input.now);
  return decisions.slice(0, MOST_JOBS).flatMap(({ jobId }) => byId.get(jobId) ?? []);
}

/**
 * Runs the cycle on virtual time from `input` until `until`: jobs end with their max runtimes, and after each end the cycle decides again
 * (rules S1–S4, S7). A long queue is decided on less often, so that the work is bounded: a start may then be found some minutes late.
 */
export function forecastSchedule(input: CycleInput, followed: readonly QueuedJob[], until: Instant): ScheduleForecast {
  const policy = unboundedPolicy(input.policy);
  const steps = Math.max(20, Math.min(MOST_STEPS, Math.floor(MOST_WORK / Math.max(1, followed.length))));
  const stepSeconds = Math.max(1, Math.ceil((until - input.now) / steps));
  const starts = new Map<string, Instant | undefined>(followed.map(({ id }) => [id, undefined]));
  const used = new Map<string, number>();
  let { usage, now } = input;
  let queue = followed;
  let { gangs, pods } = input.snapshot;
  while (now < until) {
    const byId = new Map(queue.map((job) => [job.id, job]));
    const started = cycle(queue, { nodes: input.snapshot.nodes, pods, gangs }, usage, policy, now).flatMap((decision): Gang[] => {
      const job = byId.get(decision.jobId);
      if (decision.verdict === 'wait' || job === undefined) return [];
      return [{ ...job, admissionId: job.id, placement: decision.placement, endsBy: now + job.longestSeconds }];
    });
    for (const { admissionId } of started) starts.set(admissionId, now);
    gangs = [...gangs, ...started];
    const pauses = queue.some(({ inadmissible }) => inadmissible?.reason === 'back-off');
    const nextEvent = gangs.reduce((first, { endsBy }) => Math.min(first, endsBy), pauses ? now : Infinity);
    const next = Math.min(until, Math.max(nextEvent, now + stepSeconds));
    const samples = gangs.map(({ tenantId, gpuClass, replica, placement, endsBy }) => {
      const gpuSeconds = replica.gpus * placement.length * Math.max(0, Math.min(endsBy, next) - now);
      used.set(gpuClass, (used.get(gpuClass) ?? 0) + gpuSeconds);
      return { tenantId, gpuClass, gpuSeconds, at: next };
    });
    usage = usageAt(usage, samples, policy, now, next);
    gangs = gangs.filter(({ endsBy }) => endsBy > next);
    const running = new Set(gangs.map(({ admissionId }) => admissionId));
    pods = pods.filter(({ admissionId }) => running.has(admissionId));
    queue = queue.filter(({ id }) => starts.get(id) === undefined).map(afterBackOff);
    now = next;
  }
  return { from: input.now, starts, classes: classForecasts(input, followed, used, until) };
}

function classForecasts(
  { snapshot, now }: CycleInput,
  followed: readonly QueuedJob[],
  used: ReadonlyMap<string, number>,
  until: Instant,
): Map<string, ClassForecast> {
  const codes = new Set([...followed.map(({ gpuClass }) => gpuClass), ...snapshot.nodes.flatMap(({ gpus }) => Object.keys(gpus))]);
  return new Map(
    [...codes].sort().map((code) => {
      const gpus = snapshot.nodes.reduce((sum, node) => sum + (node.openTo.includes(code) ? (node.gpus[code] ?? 0) : 0), 0);
      return [code, { usedGpuSeconds: used.get(code) ?? 0, availableGpuSeconds: gpus * (until - now) }];
    }),
  );
}

/** A pause after a failed start lasts minutes. What else keeps a job from starting does not end within a forecast. */
function afterBackOff(job: QueuedJob): QueuedJob {
  const { inadmissible, ...admissible } = job;
  return inadmissible?.reason === 'back-off' ? admissible : job;
}

function usageAt(
  usage: ReadonlyMap<string, number>,
  samples: readonly { readonly tenantId: string; readonly gpuClass: string; readonly gpuSeconds: number; readonly at: Instant }[],
  { classWeights }: Policy,
  from: Instant,
  at: Instant,
): Map<string, number> {
  const decayed = decayedUsage(
    [...usage].map(([tenantId, gpuSeconds]) => ({ tenantId, gpuClass: '', gpuSeconds, at: from })),
    new Map(),
    at,
  );
  for (const [tenantId, added] of decayedUsage(samples, classWeights, at)) decayed.set(tenantId, (decayed.get(tenantId) ?? 0) + added);
  return decayed;
}

/** How many pods the controller creates at once has nothing to do with a forecast. */
function unboundedPolicy(policy: Policy): Policy {
  return { ...policy, estimates: 0, mostStarts: Infinity, mostStartsOfTenant: new Map() };
}
