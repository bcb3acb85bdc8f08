import { InvalidArgumentError } from 'commander';
import { isMonth, parseDuration } from '#kernel';
import { isDay, isMoment } from './park-time.ts';

/** A whole number, at least 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A whole number from 1.');
  return Number(text);
}

/** A whole number, at least 0. */
export function parseNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A whole number from 0.');
  return Number(text);
}

export function parseMonth(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('Write it like 2026-10.');
  return text;
}

export function parseDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('Write it like 2026-10-01.');
  return text;
}

/** An instant, or text that `parkInstants` turns into one: a day (its beginning), or a local time of the park. */
export function parseInstant(text: string): string {
  if (!isMoment(text)) throw new InvalidArgumentError('Write it like 2026-10-01 or 2026-10-01T09:00:00+08:00.');
  return text;
}

/** As `parseInstant`; how long ago it was may be given too, such as `10m`. */
export function parseInstantOrAge(text: string): string {
  const age = parseDuration(text);
  if (age !== undefined) return new Date(Date.now() - age).toISOString();
  if (!isMoment(text)) throw new InvalidArgumentError('Write it like 10m, 2026-10-01 or 2026-10-01T09:00:00+08:00.');
  return text;
}

/** Collects an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
