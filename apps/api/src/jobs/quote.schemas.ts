import { z } from 'zod';
import type { Quote } from '#funding';
import { jsonInteger, toDate } from '#kernel';
import { START_ASSUMPTION, type StartOutlook } from '#scheduling';
import { amount, instant } from '../http/wire.ts';
import { waitingReason } from './job.schemas.ts';

const start = z
  .object({
    asOf: instant.describe('The schedule that the answer is computed from is of this moment'),
    startsNow: z.boolean().describe('Whether the next cycle of the scheduler would start it'),
    place: z.int().nullable().describe('Its place among the waiting jobs of its class, from 1; null where it would start now'),
    expectedStart: instant.nullable().describe('Null where it would start now, or none can be estimated'),
    assumption: z.string().nullable().describe('What the expected start is computed from'),
    reasons: z.array(waitingReason).describe('Everything that would keep it waiting; no other company is named'),
  })
  .meta({ id: 'QuotedStart' });

export const quoteAnswer = z
  .object({
    gpuClass: z.string(),
    gpus: z.int(),
    maxRuntimeSeconds: z.int(),
    quotedGpuSeconds: amount.describe('GPUs × max runtime'),
    fenPerGpuHour: amount,
    listFen: amount,
    subsidyFen: amount,
    selfPaidFen: amount,
    uncoveredGpuSeconds: amount.describe('What nothing would pay today: the job would be suspended before it'),
    shares: z.array(
      z.object({
        source: z.string(),
        name: z.string(),
        unit: z.enum(['CNY', 'GPU_SECONDS']),
        coveredGpuSeconds: amount,
        amount: amount.describe('Fen or GPU-seconds, by the unit'),
        left: amount.describe('What the source would have left'),
      }),
    ),
    start: start.nullable().describe('Null while the scheduler has published nothing, or too many ask at once'),
  })
  .meta({ id: 'Quote' });

type QuotedStart = StartOutlook & { readonly asOf: Date };

function showStart({ asOf, startsNow, place, expectedStart, reasons }: QuotedStart): z.infer<typeof start> {
  const waiting = expectedStart === undefined ? null : toDate(expectedStart).toISOString();
  return {
    ...{ asOf: asOf.toISOString(), startsNow, place: place ?? null, expectedStart: waiting },
    assumption: waiting === null ? null : START_ASSUMPTION,
    reasons: reasons.map((reason) => ({ ...reason, facts: { ...reason.facts } })),
  };
}

export function showQuote(
  job: { readonly gpuClass: string; readonly gpus: number; readonly maxRuntimeSeconds: number },
  quote: Quote,
  outlook: QuotedStart | undefined,
): z.infer<typeof quoteAnswer> {
  return {
    ...job,
    quotedGpuSeconds: jsonInteger(quote.gpuSeconds),
    fenPerGpuHour: jsonInteger(quote.fenPerGpuHour),
    listFen: jsonInteger(quote.listFen),
    subsidyFen: jsonInteger(quote.subsidyFen),
    selfPaidFen: jsonInteger(quote.selfPaidFen),
    uncoveredGpuSeconds: jsonInteger(quote.uncoveredGpuSeconds),
    shares: quote.shares.map(({ source, name, unit, gpuSeconds, amount: paid, left }) => ({
      source,
      name,
      unit,
      coveredGpuSeconds: jsonInteger(gpuSeconds),
      amount: jsonInteger(paid),
      left: jsonInteger(left),
    })),
    start: outlook === undefined ? null : showStart(outlook),
  };
}
