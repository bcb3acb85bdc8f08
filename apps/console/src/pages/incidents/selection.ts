import type dayjs from 'dayjs';
import { instantAt } from '../../app/format.ts';

/** What the form of an incident has: attempts, or a span of time in the park's time zone. */
export interface IncidentFields {
  readonly by: 'attempts' | 'span';
  readonly attempts?: string;
  readonly span?: readonly [dayjs.Dayjs, dayjs.Dayjs] | null;
  readonly node?: string;
  readonly reason: string;
}

/** What the API is asked for. */
export type Selection = { readonly attempts: string[] } | { readonly from: string; readonly until: string; readonly node?: string };

const LOCAL = 'YYYY-MM-DDTHH:mm:ss';

/** Names of attempts, one a line or separated by spaces or commas. */
export function attemptsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;，；、]+/).filter((name) => name !== ''))];
}

/** The selection that the form describes; undefined where something is missing yet. */
export function selectionOf({ by, attempts, span, node }: Partial<IncidentFields>, timeZone: string): Selection | undefined {
  if (by !== 'span') {
    const names = attemptsOf(attempts ?? '');
    return names.length === 0 ? undefined : { attempts: names };
  }
  if (span === undefined || span === null) return undefined;
  const [from, until] = span.map((local) => instantAt(local.format(LOCAL), timeZone));
  if (from === undefined || until === undefined) return undefined;
  const name = node?.trim() ?? '';
  return { from, until, ...(name !== '' && { node: name }) };
}
