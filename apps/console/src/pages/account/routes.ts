import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const accountRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/members',
    component: lazyRouteComponent(async () => await import('./MembersPage.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/account',
    component: lazyRouteComponent(async () => await import('./AccountPage.tsx'), 'AccountPage'),
  }),
] as const;
