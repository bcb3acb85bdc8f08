import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const NODE_STATES = ['open', 'cordoned', 'not-ready', 'maintenance'] as const;

export interface ClusterSearch {
  /** What colours the cells; absent: the company. */
  readonly colour?: 'state';
  /** Absent: the map of cells. */
  readonly show?: 'table';
  readonly gpuClass?: string;
  readonly company?: string;
  readonly node?: (typeof NODE_STATES)[number];
}

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
