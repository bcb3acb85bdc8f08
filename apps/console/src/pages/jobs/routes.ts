import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

export interface JobsSearch {
  /** States, separated by commas. */
  readonly state?: string;
  readonly gpuClass?: string;
  /** Part of the name. */
  readonly name?: string;
  /** Id of a company, for the park's people. */
  readonly company?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const jobsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/jobs',
    validateSearch: (search: Record<string, unknown>): JobsSearch => {
      const [state, gpuClass, name, company] = ['state', 'gpuClass', 'name', 'company'].map((key) => text(search[key]));
      return {
        ...(state !== undefined && { state }),
        ...(gpuClass !== undefined && { gpuClass }),
        ...(name !== undefined && { name }),
        ...(company !== undefined && { company }),
      };
    },
    component: lazyRouteComponent(async () => await import('./JobsPage.tsx'), 'JobsPage'),
  }),
] as const;
