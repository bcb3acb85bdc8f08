import type { TruthLine } from '../../../../cluster-sim/src/index.ts';
import type { Evidence, Interval } from '../evidence.ts';
import { type Check, check } from './check.ts';

/** A lost pod: rule M3 ends it when it was last seen, and the rest is the gap. */
export interface LostUsage {
  readonly pod: string;
  readonly end: string;
  readonly ranGpuSeconds: number;
  readonly meteredGpuSeconds: number;
}

const UNTOLD_ENDS: ReadonlySet<string | undefined> = new Set(['force-deleted', 'node-lost', 'container-lost', 'unseen']);
const mayBeLost = (pod: TruthLine): boolean => UNTOLD_ENDS.has(pod.end);

function seconds(interval: Interval | undefined): number {
  return interval === undefined ? 0 : interval.gpus * ((interval.endedAt ?? interval.startedAt) - interval.startedAt);
}

function intervalsByPod({ intervals }: Evidence): Map<string, Interval> {
  return new Map(intervals.map((interval) => [interval.podUid, interval]));
}

/** Pods under M3's exception that were not metered to the second. */
export function lostUsage(evidence: Evidence): LostUsage[] {
  const metered = intervalsByPod(evidence);
  return evidence.truth.filter(mayBeLost).flatMap((pod) => {
    const meteredGpuSeconds = seconds(metered.get(pod.uid));
    if (meteredGpuSeconds === pod.gpuSeconds) return [];
    return [{ pod: pod.name, end: pod.end ?? '', ranGpuSeconds: pod.gpuSeconds, meteredGpuSeconds }];
  });
}

/** Rules M1–M4, M7: what the meter recorded and the ledger charged is what the cluster ran. */
export function usageChecks(evidence: Evidence): Check[] {
  const metered = intervalsByPod(evidence);
  const truth = new Map(evidence.truth.map((pod) => [pod.uid, pod]));
  const charged = new Map(evidence.charged.map((one) => [one.admissionId, one.gpuSeconds]));
  const usedBy = Map.groupBy(evidence.intervals, (interval) => interval.admissionId);
  const used = (admissionId: string): bigint => BigInt((usedBy.get(admissionId) ?? []).reduce((sum, one) => sum + seconds(one), 0));
  return [
    check('each pod is metered as it ran (M1, M3)', evidence.truth, (pod) => podDifference(pod, metered.get(pod.uid))),
    check('what is metered did run', evidence.intervals, ({ podUid, jobId }) => !truth.has(podUid) && `${podUid} of ${jobId} never ran`),
    check('each admission is charged its usage, once (M7)', evidence.admissions, ({ id, gpuSeconds }) => {
      const posted = charged.get(id) ?? 0n;
      return (posted !== used(id) || posted !== gpuSeconds) && `${id}: used ${used(id)}, posted ${posted}, counted ${gpuSeconds}`;
    }),
    check('each job is charged what the cluster ran', evidence.jobs, (job) => jobDifference(evidence, job.id)),
  ];
}

function podDifference(pod: TruthLine, interval: Interval | undefined): string | undefined {
  const name = `${pod.name} (${pod.end ?? 'still running'})`;
  if (pod.endedAt === undefined) return `${name} still runs`;
  const meteredSeconds = seconds(interval);
  const recorded =
    interval === undefined ? 'nothing' : `${interval.startedAt}–${interval.endedAt ?? 'open'} by ${interval.endSource ?? 'nobody'}`;
  const line = `${name}: ran ${pod.startedAt}–${pod.endedAt} on ${pod.gpus} GPUs, metered ${recorded}`;
  if (mayBeLost(pod) && interval?.endSource !== 'reported') return meteredSeconds > pod.gpuSeconds ? line : undefined;
  if (meteredSeconds !== pod.gpuSeconds || (interval !== undefined && interval.startedAt !== pod.startedAt)) return line;
  return undefined;
}

function jobDifference(evidence: Evidence, jobId: string): string | undefined {
  const gaps = new Map(lostUsage(evidence).map(({ pod, ranGpuSeconds, meteredGpuSeconds }) => [pod, ranGpuSeconds - meteredGpuSeconds]));
  const pods = evidence.truth.filter((pod) => pod.labels['speedspace.io/job'] === jobId);
  const ran = pods.reduce((sum, pod) => sum + pod.gpuSeconds, 0);
  const gap = pods.reduce((sum, pod) => sum + (gaps.get(pod.name) ?? 0), 0);
  const posted = evidence.charged
    .filter(({ admissionId }) => admissionId.startsWith(`${jobId}/`))
    .reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
  return posted === BigInt(ran - gap) ? undefined : `${jobId}: ran ${ran}, lost ${gap}, charged and absorbed ${posted}`;
}
