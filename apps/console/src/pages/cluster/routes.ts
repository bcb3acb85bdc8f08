import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { type ClusterSearch, NODE_STATES } from './search.ts';

export const clusterRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/cluster',
    validateSearch: (search: Record<string, unknown>): ClusterSearch => {
      const { gpuClass, company } = search;
      const node = NODE_STATES.find((known) => known === search['node']);
      return {
        ...(search['colour'] === 'state' && { colour: 'state' }),
        ...(search['show'] === 'table' && { show: 'table' }),
        ...(typeof gpuClass === 'string' && gpuClass !== '' && { gpuClass }),
        ...(typeof company === 'string' && company !== '' && { company }),
        ...(node !== undefined && { node }),
      };
    },
    component: lazyRouteComponent(async () => await import('./ClusterPage.tsx'), 'ClusterPage'),
  }),
] as const;
