import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const monthsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/months',
    component: lazyRouteComponent(async () => await import('./MonthsPage.tsx'), 'MonthsPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/months/$month',
    component: lazyRouteComponent(async () => await import('./MonthPage.tsx'), 'MonthPage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/keys',
    component: lazyRouteComponent(async () => await import('./KeysPage.tsx'), 'KeysPage'),
  }),
] as const;
