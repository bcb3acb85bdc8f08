import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export const loopsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/loops',
    component: lazyRouteComponent(async () => await import('./LoopsPage.tsx'), 'LoopsPage'),
  }),
] as const;
