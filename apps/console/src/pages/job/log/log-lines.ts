import type { components } from '#api-client';
import { api } from '../../../api/client.ts';

/** A line as the API hands it out. Its `id` is its place in the log. */
export type WrittenLine = components['schemas']['LogLine'];

export interface WantedLog {
  readonly jobId: string;
  readonly attempt: number;
  readonly replica: number;
  /** Why it is read: people of the park say it, for the audit trail. */
  readonly reason: string | undefined;
}

interface LinesQuery {
  readonly order: 'first' | 'latest';
  readonly limit: number;
  readonly cursor?: string;
  readonly contains?: string;
}

export interface LinesPage {
  readonly items: readonly WrittenLine[];
  readonly nextCursor?: string | undefined;
  /** What was kept when the pod ended; absent where the lines come from the cluster. */
  readonly kept?: { readonly cut: boolean; readonly bytes: number } | undefined;
}

/** Some lines of a log, in the order that is asked for. @throws Problem */
export async function readLines(
  { jobId, attempt, replica, reason }: WantedLog,
  query: LinesQuery,
  signal: AbortSignal,
): Promise<LinesPage> {
  const header = reasonHeader(reason);
  const params = { path: { id: jobId }, query: { attempt, replica, ...query }, header };
  const { data, error } = await api.GET('/api/v1/jobs/{id}/logs/lines', { params, signal });
  if (data === undefined) throw error as unknown;
  return data;
}

/** The header that says why a log is read. */
export function reasonHeader(reason: string | undefined): { readonly 'X-Reason'?: string } {
  return reason === undefined ? {} : { 'X-Reason': encodeURIComponent(reason) };
}

/** Less than 0 where the line `one` comes before the line `other`, by their ids. */
export function comparePlaces(one: string, other: string): number {
  const [at = '', nth = '1'] = one.split('/');
  const [otherAt = '', otherNth = '1'] = other.split('/');
  return at === otherAt ? Number(nth) - Number(otherNth) : at < otherAt ? -1 : 1;
}
