import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const fundsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/grants',
    component: lazyRouteComponent(async () => await import('./GrantsPage.tsx'), 'GrantsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/grants/$id',
    component: lazyRouteComponent(async () => await import('./GrantPage.tsx'), 'GrantPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/wallet',
    component: lazyRouteComponent(async () => await import('./WalletPage.tsx'), 'WalletPage'),
  }),
] as const;
