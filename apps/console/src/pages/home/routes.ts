import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const homeRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/home',
    component: lazyRouteComponent(async () => await import('./HomePage.tsx'), 'HomePage'),
  }),
] as const;
