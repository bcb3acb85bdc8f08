import { DateTime } from 'luxon';
import { type Api, answerOf } from './api-client.ts';
import { UsageError } from './failures.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFSET = /T.*(?:Z|[+-]\d{2}:\d{2})$/i;

/** Whether the text is a day, such as `2026-10-01`. */
export function isDay(text: string): boolean {
  return DAY.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** Whether the text is a day, or a time with or without an offset. */
export function isMoment(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/**
 * The instant in UTC, for a park in the time zone `zone`. A day means its first instant there, which is not midnight on a day whose
 * midnight is skipped. A time without an offset is a local time there.
 */
export function instantIn(zone: string, text: string): string {
  if (OFFSET.test(text)) return text;
  const read = DateTime.fromISO(text, { zone });
  const instant = DAY.test(text) ? read.startOf('day') : read;
  const written = instant.toUTC().toISO({ suppressMilliseconds: true });
  if (written === null) throw new UsageError(`The park is in the time zone ${zone}, which this program does not know.`, 'Give an offset.');
  return written;
}

/** The instants of a command's options. The time zone of the park is requested only if one of them depends on it. */
export async function parkInstants<Name extends string>(
  api: Api,
  given: Readonly<Record<Name, string | undefined>>,
): Promise<Partial<Record<Name, string>>> {
  const named = Object.entries<string | undefined>(given).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  const zone = named.every(([, text]) => OFFSET.test(text)) ? 'utc' : answerOf(await api.GET('/api/v1/me')).timeZone;
  return Object.fromEntries(named.map(([name, text]) => [name, instantIn(zone, text)])) as Partial<Record<Name, string>>;
}

/** The instant of an option, see `parkInstants`. */
export async function parkInstant(api: Api, text: string): Promise<string> {
  return (await parkInstants(api, { at: text })).at ?? text;
}
