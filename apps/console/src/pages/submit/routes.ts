import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface SubmitSearch {
  /** Id of a job whose file the form begins with. */
  readonly from?: string;
}

export const submitRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/submit',
    validateSearch: ({ from }: Record<string, unknown>): SubmitSearch => (typeof from === 'string' ? { from } : {}),
    component: lazyRouteComponent(async () => await import('./SubmitPage.tsx'), 'SubmitPage'),
  }),
] as const;
