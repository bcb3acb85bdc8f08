import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const limitsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/limits',
    component: lazyRouteComponent(async () => await import('./LimitsPage.tsx'), 'LimitsPage'),
  }),
] as const;
