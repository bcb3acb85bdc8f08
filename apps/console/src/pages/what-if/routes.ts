import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { parseSearch } from './search.ts';

export const whatIfRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/what-if',
    validateSearch: parseSearch,
    component: lazyRouteComponent(async () => await import('./WhatIfPage.tsx'), 'WhatIfPage'),
  }),
] as const;
