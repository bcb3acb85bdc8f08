import { z } from 'zod';
import { UTILISATION_RESOLUTIONS, type UtilisationHistory } from '#insight';
import { toDate } from '#kernel';
import { gpuClassCode } from '../catalog/catalog.schemas.ts';
import { id, instant, instantInput } from '../http/wire.ts';

export const utilisationQuery = z.strictObject({
  from: instantInput.optional(),
  until: instantInput.optional().describe('Now by default'),
  resolution: z.enum(UTILISATION_RESOLUTIONS).default('hour').describe('What a point stands for; a sample is taken every five minutes'),
  gpuClass: gpuClassCode.optional(),
  company: id('company').optional().describe('Its share only; a company reads its own'),
});

const mean = z.number();
const point = z.object({
  at: instant.describe('Beginning of the hour, business day, week (from Monday) or month'),
  gpuClass: z.string(),
  gpus: mean.nullable().describe('GPUs of all nodes; null in the share of a company'),
  ready: mean.nullable().describe('Healthy GPUs on nodes that are open'),
  allocated: mean.describe('GPUs of admitted jobs; means have two decimals'),
  queuedJobs: mean,
  queuedGpus: mean.describe('GPUs that queued jobs ask for'),
  longestWaitSeconds: z.int(),
  mostAllocated: z.int().nullable().describe('The most in one sample'),
  mostQueuedGpus: z.int().nullable(),
});
export const utilisationAnswer = z
  .object({
    from: instant,
    until: instant,
    points: z.array(point),
    companies: z
      .array(
        z.object({
          companyId: z.string(),
          companyName: z.string(),
          gpuClass: z.string(),
          allocated: mean.describe('The mean over the whole period, in GPUs'),
          queuedGpus: mean,
          longestWaitSeconds: z.int(),
        }),
      )
      .describe('For the park, where no company is named'),
  })
  .meta({ id: 'Utilisation' });

export function showUtilisation({ from, until, points, companies }: UtilisationHistory): z.infer<typeof utilisationAnswer> {
  return {
    from: toDate(from).toISOString(),
    until: toDate(until).toISOString(),
    points: points.map(({ at, gpus, ready, mostAllocated, mostQueuedGpus, ...rest }) => ({
      ...{ at: toDate(at).toISOString(), gpus: gpus ?? null, ready: ready ?? null, ...rest },
      ...{ mostAllocated: mostAllocated ?? null, mostQueuedGpus: mostQueuedGpus ?? null },
    })),
    companies: companies.map((company) => ({ ...company })),
  };
}
