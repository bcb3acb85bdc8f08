import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { everyPage } from './everything.ts';

/** GPUs that jobs have now. */
export interface GpusInUse {
  readonly byCompany: ReadonlyMap<string, number>;
  /** By company and class, as `company class`. */
  readonly byClass: ReadonlyMap<string, number>;
}

/** GPUs that the jobs of all companies have now. */
export function useGpusInUse({ enabled = true } = {}) {
  return useQuery({
    queryKey: ['get', '/api/v1/jobs', 'gpus in use'],
    enabled,
    queryFn: async ({ signal }) =>
      await everyPage(
        async (page, abort) =>
          await api.GET('/api/v1/jobs', { params: { query: { ...page, state: 'Starting,Running,Suspending' } }, signal: abort }),
        signal,
      ),
    select: (jobs): GpusInUse => {
      const [byCompany, byClass] = [new Map<string, number>(), new Map<string, number>()];
      for (const { tenantId, gpuClass, replicas, gpusPerReplica } of jobs) {
        const gpus = replicas * gpusPerReplica;
        byCompany.set(tenantId, (byCompany.get(tenantId) ?? 0) + gpus);
        byClass.set(`${tenantId} ${gpuClass}`, (byClass.get(`${tenantId} ${gpuClass}`) ?? 0) + gpus);
      }
      return { byCompany, byClass };
    },
  });
}
