import type { components } from '#api-client';
import { endOfDay, formatDay, lastDayBefore, startOfDay } from '../../app/format.ts';

type Schemas = components['schemas'];
export type Application = Schemas['Application'];
type Programme = Schemas['Programme'];

/** What an application may be changed in while it is with its author. */
export type DraftFields = Pick<Application, 'amount' | 'validFrom' | 'validUntil' | 'purpose' | 'plan' | 'contactName' | 'contactPhone'>;

const DRAFT_FIELDS = ['amount', 'validFrom', 'validUntil', 'purpose', 'plan', 'contactName', 'contactPhone'] as const;

export function fieldsOf({ amount, validFrom, validUntil, purpose, plan, contactName, contactPhone }: Application): DraftFields {
  return { amount, validFrom, validUntil, purpose, plan, contactName, contactPhone };
}

/** The fields of `after` that differ from `before`. The API trims texts, so that spaces at the ends make no difference. */
export function changedFields(before: DraftFields, after: DraftFields): Partial<DraftFields> {
  const same = (left: unknown, right: unknown): boolean =>
    typeof left === 'string' && typeof right === 'string' ? left.trim() === right.trim() : left === right;
  return Object.fromEntries(DRAFT_FIELDS.filter((name) => !same(before[name], after[name])).map((name) => [name, after[name]]));
}

/** Which fields each kind of application has. */
export function asksFor(kind: Application['kind']): { readonly amount: boolean; readonly start: boolean; readonly end: boolean } {
  const period = kind === 'grant' || kind === 'renewal';
  return { amount: kind !== 'extension', start: period, end: period || kind === 'extension' };
}

/** The instant at which a grant begins that is asked for today: today, or when the programme begins. */
export function firstInstant({ validFrom }: Programme, now: number, timeZone: string): string {
  return startWithin(formatDay(now, timeZone), validFrom, timeZone);
}

/** The beginning of `day`, yet not before `earliest`. */
export function startWithin(day: string, earliest: string | undefined, timeZone: string): string {
  const start = startOfDay(day, timeZone);
  return earliest !== undefined && Date.parse(start) < Date.parse(earliest) ? earliest : start;
}

/** The end of `day`, yet not after `latest`. */
export function endWithin(day: string, latest: string | undefined, timeZone: string): string {
  const end = endOfDay(day, timeZone);
  return latest !== undefined && Date.parse(end) > Date.parse(latest) ? latest : end;
}

/** The last day of a period that is over at `until`; undefined where it has no end. */
export function lastDayOf(until: string | null, timeZone: string): string | undefined {
  return until === null ? undefined : lastDayBefore(until, timeZone);
}
