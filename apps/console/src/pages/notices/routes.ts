import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const noticesRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/notices',
    component: lazyRouteComponent(async () => await import('./NoticesPage.tsx'), 'NoticesPage'),
  }),
] as const;
