import { z } from 'zod';
import type { Instant } from '#kernel';
import { calling, statusOf } from './connection/calls.ts';
import { openStream } from './connection/open-stream.ts';
import type { PooledKubeConfig } from './connection/pooled-kube-config.ts';
import { LABELS, MANAGED_BY } from './desired/names.ts';
import type { PodObservation } from './observed/pod-observation.ts';

/** When one pod of ours ran, by the cluster itself. */
export interface PodRun {
  readonly podUid: string;
  readonly jobId: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  /** Absent while it runs, and where nobody saw its end. */
  readonly endedAt?: Instant;
}

export interface PodRuns {
  /** `record`: the cluster keeps one of GPU time, which outlives the pods. `pods`: those that still exist, by their containers' times. */
  readonly source: 'record' | 'pods';
  readonly runs: readonly PodRun[];
}

/** Where a simulated cluster serves its record. A real cluster has none. */
const RECORD_PATH = '/sim/v1/truth';
const WAIT_MILLISECONDS = 30_000;
const ABSENT = new Set([401, 403, 404]);

const record = z.object({
  pods: z.array(
    z.object({
      uid: z.string(),
      labels: z.record(z.string(), z.string()),
      gpus: z.int(),
      startedAt: z.int(),
      endedAt: z.int().optional(),
    }),
  ),
});

/** @throws DomainError `cluster.unavailable` */
export async function podRuns(kubeConfig: PooledKubeConfig, listPods: () => Promise<PodObservation[]>): Promise<PodRuns> {
  const recorded = await calling('report its record of GPU time', () => recordedRuns(kubeConfig));
  if (recorded !== undefined) return { source: 'record', runs: recorded };
  const runs = (await listPods()).flatMap(({ uid, jobId, gpus, startedAt, endedAt }) =>
    startedAt === undefined ? [] : [{ podUid: uid, jobId, gpus, startedAt, ...(endedAt !== undefined && { endedAt }) }],
  );
  return { source: 'pods', runs };
}

async function recordedRuns(kubeConfig: PooledKubeConfig): Promise<PodRun[] | undefined> {
  const url = new URL(`${kubeConfig.getCurrentCluster()?.server ?? ''}${RECORD_PATH}`);
  let body = '';
  try {
    const response = await openStream(kubeConfig, url, AbortSignal.timeout(WAIT_MILLISECONDS));
    for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  } catch (error) {
    if (ABSENT.has(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
  return record
    .parse(JSON.parse(body))
    .pods.filter(({ labels }) => labels[LABELS.managedBy] === MANAGED_BY)
    .map(({ uid, labels, gpus, startedAt, endedAt }) => {
      return { podUid: uid, jobId: labels[LABELS.job] ?? '', gpus, startedAt, ...(endedAt !== undefined && { endedAt }) };
    });
}
