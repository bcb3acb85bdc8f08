import { InvalidArgumentError } from 'commander';
import { isMonth } from '#kernel';

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A whole number from 1.');
  return Number(text);
}

/** A whole number from 0. */
export function parseNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A whole number from 0.');
  return Number(text);
}

export function parseMonth(text: string): string {
  if (!isMonth(text)) throw new InvalidArgumentError('Write it like 2026-10.');
  return text;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function parseDay(text: string): string {
  if (!DAY.test(text) || Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('Write it like 2026-10-01.');
  return text;
}

/** An instant; a day alone is its beginning in the park. */
export function parseInstant(text: string): string {
  const instant = DAY.test(text) ? `${text}T00:00:00+08:00` : text;
  if (Number.isNaN(Date.parse(instant))) throw new InvalidArgumentError('Write it like 2026-10-01 or 2026-10-01T09:00:00+08:00.');
  return instant;
}

/** Collects an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
