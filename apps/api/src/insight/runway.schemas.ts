import { z } from 'zod';
import type { ForecastPoint, SourceForecast } from '#funding';
import type { BurnDown, CompanyRunway } from '#insight';
import { type Instant, jsonInteger, ledgerDayOf, toDate, UNITS } from '#kernel';
import { amount, day, instant } from '../http/wire.ts';

export const walletDaysQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(731).default(90).describe('Of history') });

const unit = z.enum(UNITS).describe('CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds');
const forecast = z.object({
  source: z
    .string()
    .describe('Id of the grant, or wallet')
    .meta({ examples: ['wallet'] }),
  name: z.string(),
  unit,
  left: amount.describe('Available and held now'),
  perDay: amount.describe('What it pays in the first whole day'),
  ends: z
    .enum(['used-up', 'validity', 'frozen'])
    .nullable()
    .describe('used-up: nothing is left; validity: its validity ends; frozen: it pays nothing now; null: it lasts beyond the horizon'),
  endsAt: instant.nullable().describe('A source that is used up ends within the day before'),
  lapses: amount.describe('What is unused at the end of its validity'),
  line: z.array(z.object({ day, left: amount })).describe('What is left at the end of each day, until it ends'),
});

export const companyRunwayAnswer = z
  .object({
    at: instant,
    endsAt: instant.nullable().describe('When some usage is paid by nothing any more; null within the horizon'),
    daysLeft: z.int().nullable().describe('Whole days until then'),
    horizonDays: z.int(),
    rateFrom: instant.describe('The rate is the mean since then: of the last seven days, or since the first usage'),
    consumption: z.array(
      z.object({
        gpuClass: z.string(),
        gpuSecondsPerDay: amount,
        fenPerGpuHour: amount.describe('The list price of today'),
        selfPay: z.boolean().describe('Whether the wallet pays: it did lately, or one of the newest jobs allows it'),
        endsAt: instant.nullable(),
      }),
    ),
    sources: z.array(forecast).describe('In the order in which they pay'),
  })
  .meta({ id: 'Runway' });

export const burnDownAnswer = z
  .object({
    unit,
    points: z
      .array(z.object({ day, available: amount, held: amount }))
      .describe('What was left at the end of each day; last: what is left now'),
    forecast: forecast.nullable().describe('null for a grant that is over'),
  })
  .meta({ id: 'BurnDown' });

const written = (at: Instant | null): string | null => (at === null ? null : toDate(at).toISOString());
/** The midnight that ends a day belongs to the next one. */
const showPoint = ({ at, left }: ForecastPoint) => ({ day: ledgerDayOf(at - 1), left: jsonInteger(left) });

function showForecast({ source, name, unit: counted, left, perDay, ends, endsAt, lapses, line }: SourceForecast): z.infer<typeof forecast> {
  return {
    ...{ source, name, unit: counted, left: jsonInteger(left), perDay: jsonInteger(perDay), ends, endsAt: written(endsAt) },
    ...{ lapses: jsonInteger(lapses), line: line.map(showPoint) },
  };
}

export function showRunway(runway: CompanyRunway): z.infer<typeof companyRunwayAnswer> {
  const { at, endsAt, daysLeft, horizonDays, rateFrom, classes, sources } = runway;
  return {
    ...{ at: toDate(at).toISOString(), endsAt: written(endsAt), daysLeft, horizonDays, rateFrom: toDate(rateFrom).toISOString() },
    consumption: classes.map(({ gpuClass, gpuSecondsPerDay, fenPerGpuHour, selfPay, endsAt: end }) => ({
      ...{ gpuClass, gpuSecondsPerDay: jsonInteger(gpuSecondsPerDay), fenPerGpuHour: jsonInteger(fenPerGpuHour), selfPay },
      endsAt: written(end),
    })),
    sources: sources.map(showForecast),
  };
}

export function showBurnDown({ unit: counted, points, forecast: ahead }: BurnDown): z.infer<typeof burnDownAnswer> {
  return {
    unit: counted,
    points: points.map((point) => ({ day: point.day, available: jsonInteger(point.available), held: jsonInteger(point.held) })),
    forecast: ahead === undefined ? null : showForecast(ahead),
  };
}
