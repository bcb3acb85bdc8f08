import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { PERIODS, type UtilisationSearch } from './search.ts';

export const utilisationRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/utilisation',
    validateSearch: (search: Record<string, unknown>): UtilisationSearch => {
      const { gpuClass, ago } = search;
      const period = PERIODS.find((known) => known === search['period']);
      return {
        ...(period !== undefined && { period }),
        ...(typeof gpuClass === 'string' && gpuClass !== '' && { gpuClass }),
        ...(typeof ago === 'number' && Number.isInteger(ago) && ago > 0 && ago <= 120 && { ago }),
      };
    },
    component: lazyRouteComponent(async () => await import('./UtilisationPage.tsx'), 'UtilisationPage'),
  }),
] as const;
