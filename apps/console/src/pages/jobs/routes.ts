import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface JobsSearch {
  /** States, separated by commas. */
  readonly state?: string;
  readonly gpuClass?: string;
  /** Part of the name. */
  readonly name?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const jobsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/jobs',
    validateSearch: (search: Record<string, unknown>): JobsSearch => {
      const [state, gpuClass, name] = [text(search['state']), text(search['gpuClass']), text(search['name'])];
      return { ...(state !== undefined && { state }), ...(gpuClass !== undefined && { gpuClass }), ...(name !== undefined && { name }) };
    },
    component: lazyRouteComponent(async () => await import('./JobsPage.tsx'), 'JobsPage'),
  }),
] as const;
