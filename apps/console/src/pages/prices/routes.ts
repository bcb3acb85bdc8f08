import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const pricesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/prices',
    component: lazyRouteComponent(async () => await import('./PricesPage.tsx'), 'PricesPage'),
  }),
] as const;
