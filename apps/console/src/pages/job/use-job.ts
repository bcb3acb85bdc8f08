import { useMemo } from 'react';
import { $api } from '../../api/client.ts';
import { PAGES } from '../../api/pages.ts';
import type { Job, JobEvent } from './job.ts';

const PAGE = 200;

const jobParams = (id: string) => ({ params: { path: { id } } });
const eventParams = (id: string) => ({ params: { path: { id }, query: { limit: PAGE } } });

export function useJob(id: string): Job {
  return $api.useSuspenseQuery('get', '/api/v1/jobs/{id}', jobParams(id)).data;
}

export interface JobEvents {
  readonly events: readonly JobEvent[];
  /** Reads the next events of a job that has very many. */
  readonly more: { readonly loading: boolean; readonly load: () => void } | undefined;
}

/** The events of a job, in the order in which they occurred. */
export function useJobEvents(id: string): JobEvents {
  const query = $api.useInfiniteQuery('get', '/api/v1/jobs/{id}/events', eventParams(id), PAGES);
  const events = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  return { events, more: query.hasNextPage ? { loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() } : undefined };
}
