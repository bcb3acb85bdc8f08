import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const SHOWN = ['mine', 'open', 'ended'] as const;
const KINDS = ['grant', 'renewal', 'increase', 'extension', 'freeze', 'claw-back'] as const;

/** What of the applications is listed; an application's page has it too, for the way to the next one. */
export interface QueueSearch {
  /** Absent: what waits for the person. */
  readonly show?: 'open' | 'ended';
  readonly kind?: (typeof KINDS)[number];
  readonly programme?: string;
}

function queueOf(search: Record<string, unknown>): QueueSearch {
  const show = SHOWN.find((shown) => shown !== 'mine' && shown === search['show']);
  const kind = KINDS.find((known) => known === search['kind']);
  const programme = search['programme'];
  return {
    ...(show !== undefined && show !== 'mine' && { show }),
    ...(kind !== undefined && { kind }),
    ...(typeof programme === 'string' && programme !== '' && { programme }),
  };
}

export const reviewRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/review',
    validateSearch: queueOf,
    component: lazyRouteComponent(async () => await import('./QueuePage.tsx'), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/review/$id',
    validateSearch: queueOf,
    component: lazyRouteComponent(async () => await import('./ApplicationPage.tsx'), 'ApplicationPage'),
  }),
] as const;
