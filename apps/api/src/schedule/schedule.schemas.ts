import { z } from 'zod';
import { toDate } from '#kernel';
import { FORECAST_ASSUMPTION, type ScheduleForecast, type WhatIfSchedules } from '#scheduling';
import { instant } from '../http/wire.ts';

const MOST_NODES = 1_000;
const name = z.string().min(1).max(253);
const gpuClass = z.string().min(1).max(63);
const nodes = z.int().min(-MOST_NODES).max(MOST_NODES);

export const scheduleWhatIfInput = z.strictObject({
  changes: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          ...{ kind: z.literal('nodes'), gpuClass },
          count: nodes.describe('So many more empty nodes like most of the class; below 0: so many fewer, the emptiest'),
        }),
        z.strictObject({
          ...{ kind: z.literal('limit'), gpuClass },
          owner: name.describe('`park`, the name of a group of companies, or the id of a company'),
          maxGpus: z.int().min(0).max(1_000_000).nullable().describe('GPUs at once; null: any number'),
        }),
        z.strictObject({ kind: z.literal('open'), node: name.describe('A closed node, as after its maintenance') }),
        z.strictObject({ kind: z.literal('close'), node: name.describe('A node that takes no further jobs') }),
      ]),
    )
    .min(1)
    .max(20),
  hours: z.int().min(1).max(336).default(48).describe('How far ahead the schedule is simulated'),
});

const startInstant = instant.nullable().describe('Null: not within the simulated hours');
const side = z.object({
  starts: z.int().describe('Waiting jobs that start within the simulated hours'),
  meanWaitSeconds: z.int().nullable().describe('From now, of the jobs that start before and after; null where none does'),
  utilisationBp: z.int().describe('GPU-seconds in use of those that open nodes have, in 1/10,000'),
});
export const scheduleWhatIfAnswer = z
  .object({
    asOf: instant,
    until: instant.describe('The end of the simulated hours'),
    assumption: z.string(),
    waiting: z.int().describe('Jobs that wait; only the first 2,000 of the queue are followed'),
    classes: z.array(
      z.object({
        ...{ gpuClass: z.string(), waiting: z.int(), before: side, after: side },
        startInBoth: z.int().describe('Jobs that start within the simulated hours before and after: the mean waits are of these'),
      }),
    ),
    items: z.array(
      z.object({
        ...{ jobId: z.string(), name: z.string(), companyId: z.string(), companyName: z.string(), gpuClass: z.string(), gpus: z.int() },
        startsBefore: startInstant,
        startsAfter: startInstant,
      }),
    ),
  })
  .meta({ id: 'ScheduleWhatIf' });

/** Names for ids of jobs and of companies. */
export interface ScheduleNames {
  readonly jobs: ReadonlyMap<string, string>;
  readonly companies: ReadonlyMap<string, { readonly name: string }>;
}

export function showScheduleWhatIf(asOf: Date, schedules: WhatIfSchedules, names: ScheduleNames): z.infer<typeof scheduleWhatIfAnswer> {
  const { jobs, until, before, after, waiting } = schedules;
  const startIn = ({ starts }: ScheduleForecast, id: string): string | null => {
    const start = starts.get(id);
    return start === undefined ? null : toDate(start).toISOString();
  };
  const startingIn = (forecast: ScheduleForecast, code: string): string[] =>
    jobs.flatMap(({ id, gpuClass: own }) => (own === code && forecast.starts.get(id) !== undefined ? [id] : []));
  const inBoth = (code: string): string[] => startingIn(before, code).filter((id) => after.starts.get(id) !== undefined);
  const sideOf = (forecast: ScheduleForecast, code: string): z.infer<typeof side> => {
    const { usedGpuSeconds, availableGpuSeconds } = forecast.classes.get(code) ?? NOTHING;
    const starts = startingIn(forecast, code).length;
    const meanWaitSeconds = meanWait(forecast, inBoth(code));
    const utilisation = availableGpuSeconds === 0 ? 0 : usedGpuSeconds / availableGpuSeconds;
    return { starts, meanWaitSeconds, utilisationBp: Math.min(10_000, Math.round(utilisation * 10_000)) };
  };
  return {
    ...{ asOf: asOf.toISOString(), until: toDate(until).toISOString(), assumption: FORECAST_ASSUMPTION, waiting },
    classes: [...after.classes.keys()].map((code) => ({
      ...{ gpuClass: code, waiting: jobs.filter((job) => job.gpuClass === code).length, startInBoth: inBoth(code).length },
      ...{ before: sideOf(before, code), after: sideOf(after, code) },
    })),
    items: jobs.map(({ id, tenantId, gpuClass: code, replicas, replica }) => ({
      ...{ jobId: id, name: names.jobs.get(id) ?? id, companyId: tenantId },
      companyName: names.companies.get(tenantId)?.name ?? tenantId,
      ...{ gpuClass: code, gpus: replicas * replica.gpus },
      ...{ startsBefore: startIn(before, id), startsAfter: startIn(after, id) },
    })),
  };
}

const NOTHING = { usedGpuSeconds: 0, availableGpuSeconds: 0 };

/** Of `ids`, which all start, in whole seconds from the beginning of `forecast`. */
function meanWait({ starts, from }: ScheduleForecast, ids: readonly string[]): number | null {
  if (ids.length === 0) return null;
  return Math.round(ids.reduce((sum, id) => sum + (starts.get(id) ?? from) - from, 0) / ids.length);
}
