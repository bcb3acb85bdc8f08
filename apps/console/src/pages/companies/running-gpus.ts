import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { everyPage } from '../../api/everything.ts';

/** GPUs that each company's jobs have now, by company. */
export function useRunningGpus(enabled: boolean): ReadonlyMap<string, number> | undefined {
  const { data } = useQuery({
    queryKey: ['get', '/api/v1/jobs', 'running'],
    enabled,
    queryFn: async ({ signal }) =>
      await everyPage(
        async (page, abort) =>
          await api.GET('/api/v1/jobs', { params: { query: { ...page, state: 'Starting,Running,Suspending' } }, signal: abort }),
        signal,
      ),
    select: (jobs) => {
      const gpus = new Map<string, number>();
      for (const { tenantId, replicas, gpusPerReplica } of jobs) gpus.set(tenantId, (gpus.get(tenantId) ?? 0) + replicas * gpusPerReplica);
      return gpus;
    },
  });
  return data;
}
