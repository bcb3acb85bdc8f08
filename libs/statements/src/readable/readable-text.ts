import { DateTime } from 'luxon';
import { type CsvField, csvHundredths, formatGpuHours, formatMoney, hundredthGpuHours } from '#kernel';
import type { ReadableValue } from './readable-document.ts';

/** An instant as it is read in the park: `2026-11-01 02:15:00`. */
function localTime(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss');
}

/** A value as a page shows it, with separators of thousands and the sign of the currency. */
export function textOf(value: ReadableValue, timeZone: string): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if ('fen' in value) return formatMoney(value.fen);
  if ('gpuHoursOf' in value) return formatGpuHours(value.gpuHoursOf);
  if ('gpuSeconds' in value) return value.gpuSeconds.toLocaleString('en-US');
  if ('month' in value) return value.month;
  return localTime(value.at, timeZone);
}

/** A value as a field of CSV: yuan and GPU-hours with two decimals, GPU-seconds as integers. */
export function csvFieldOf(value: ReadableValue, timeZone: string): CsvField {
  if (value === undefined || typeof value === 'string') return value ?? '';
  if ('fen' in value) return csvHundredths(value.fen);
  if ('gpuHoursOf' in value) return csvHundredths(hundredthGpuHours(value.gpuHoursOf));
  if ('gpuSeconds' in value) return value.gpuSeconds;
  return textOf(value, timeZone);
}
