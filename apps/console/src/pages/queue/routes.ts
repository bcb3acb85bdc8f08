import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface QueueSearch {
  readonly gpuClass?: string;
  /** A reason code, such as `behind reservation`. */
  readonly reason?: string;
}

export const queueRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/queue',
    validateSearch: (search: Record<string, unknown>): QueueSearch => {
      const { gpuClass, reason } = search;
      return {
        ...(typeof gpuClass === 'string' && gpuClass !== '' && { gpuClass }),
        ...(typeof reason === 'string' && reason !== '' && { reason }),
      };
    },
    component: lazyRouteComponent(async () => await import('./WaitingJobsPage.tsx'), 'WaitingJobsPage'),
  }),
] as const;
