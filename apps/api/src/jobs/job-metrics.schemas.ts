import { z } from 'zod';
import { formatInstant } from '#kernel';
import type { JobGpuMetrics } from '#insight';
import { instant } from '../http/wire.ts';

export const metricsQuery = z.strictObject({
  attempt: z.coerce.number().int().min(1).max(100_000).optional().describe('Absent: the last one'),
});

const point = z.object({
  at: instant,
  utilisation: z.number().nullable().describe('Mean of the GPUs of the replica, in percent; null where it was not measured'),
  memoryMib: z.number().nullable().describe('Memory in use, mean of the GPUs of the replica, in MiB'),
});

export const metricsAnswer = z
  .object({
    configured: z.boolean().describe('`false` where the park has no Prometheus that scrapes the DCGM exporter: then there are no replicas'),
    attempt: z.int(),
    from: instant.nullable(),
    to: instant.nullable(),
    stepSeconds: z.int().nullable(),
    replicas: z.array(z.object({ replica: z.int(), points: z.array(point) })).describe('Those that were measured, at most 64'),
    partial: z.boolean().describe('There are more replicas than are shown'),
  })
  .meta({ id: 'JobMetrics' });

export function showMetrics(attempt: number, metrics: JobGpuMetrics | undefined): z.infer<typeof metricsAnswer> {
  if (metrics === undefined) return { configured: false, attempt, from: null, to: null, stepSeconds: null, replicas: [], partial: false };
  const { from, to, stepSeconds, replicas, isPart } = metrics;
  return {
    ...{ configured: true, attempt, from: formatInstant(from), to: formatInstant(to), stepSeconds, partial: isPart },
    replicas: replicas.map(({ replica, points }) => ({
      replica,
      points: points.map(({ at, ...rest }) => ({ at: formatInstant(at), ...rest })),
    })),
  };
}
