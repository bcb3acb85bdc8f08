import { DateTime } from 'luxon';
import { type Api, answerOf } from './api-client.ts';
import { UsageError } from './failures.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFSET = /T.*(?:Z|[+-]\d{2}:\d{2})$/i;

/** Whether it is a day of the calendar, such as `2026-10-01`. */
export function isDay(text: string): boolean {
  return DAY.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** Whether it is a day, or an instant with or without an offset. */
export function isMoment(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/**
 * The instant that is meant in a park of the time zone `zone`, in UTC: a day is its first instant there, which is not midnight where
 * the clocks skip it; a time without an offset is what clocks there show.
 */
export function instantIn(zone: string, text: string): string {
  if (OFFSET.test(text)) return text;
  const read = DateTime.fromISO(text, { zone });
  const instant = DAY.test(text) ? read.startOf('day') : read;
  const written = instant.toUTC().toISO({ suppressMilliseconds: true });
  if (written === null) throw new UsageError(`The park is in the time zone ${zone}, which this program does not know.`, 'Give an offset.');
  return written;
}

/** Instants that people gave, as the park reads them: its zone is asked for only where one of them depends on it. */
export async function parkInstants<Name extends string>(
  api: Api,
  given: Readonly<Record<Name, string | undefined>>,
): Promise<Partial<Record<Name, string>>> {
  const named = Object.entries<string | undefined>(given).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  const zone = named.every(([, text]) => OFFSET.test(text)) ? 'utc' : answerOf(await api.GET('/api/v1/me')).timeZone;
  return Object.fromEntries(named.map(([name, text]) => [name, instantIn(zone, text)])) as Partial<Record<Name, string>>;
}

/** The instant that somebody gave, as the park reads it. */
export async function parkInstant(api: Api, text: string): Promise<string> {
  return (await parkInstants(api, { at: text })).at ?? text;
}
