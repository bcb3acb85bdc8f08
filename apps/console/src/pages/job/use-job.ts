import { $api } from '../../api/client.ts';
import { type Listed, PAGES, useListed } from '../../api/pages.ts';
import type { Job, JobEvent } from './job.ts';

const PAGE = 200;

const jobParams = (id: string) => ({ params: { path: { id } } });
const eventParams = (id: string) => ({ params: { path: { id }, query: { limit: PAGE } } });

export function useJob(id: string): Job {
  return $api.useSuspenseQuery('get', '/api/v1/jobs/{id}', jobParams(id)).data;
}

/** The events of a job, in the order in which they occurred; of a job that has very many only the first until more are read. */
export function useJobEvents(id: string): Listed<JobEvent> {
  return useListed($api.useInfiniteQuery('get', '/api/v1/jobs/{id}/events', eventParams(id), PAGES));
}
