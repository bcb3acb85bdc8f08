import { useQueries } from '@tanstack/react-query';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';
import type { PeriodName } from './search.ts';

export type Utilisation = components['schemas']['Utilisation'];
export type Point = Utilisation['points'][number];

const DAY_MS = 86_400_000;
const STEP_MS = 300_000;
/** How long each period is, and what a point in it stands for. */
const SHAPES = {
  day: { days: 1, resolution: 'sample' },
  week: { days: 7, resolution: 'hour' },
  month: { days: 31, resolution: 'day' },
} as const satisfies Record<PeriodName, unknown>;

/** Companies that have a part of their own in the chart; the others are one part. */
const SHOWN = 7;

export interface Wanted {
  readonly from: string;
  readonly until: string;
  readonly resolution: 'sample' | 'hour' | 'day';
}

/** The period that is shown, `ago` periods before the present one, at `now`. It moves in steps of five minutes, as samples do. */
export function wantedOf(period: PeriodName, ago: number, now: number): Wanted {
  const { days, resolution } = SHAPES[period];
  const until = (Math.floor(now / STEP_MS) + 1) * STEP_MS - ago * days * DAY_MS;
  return { from: new Date(until - days * DAY_MS).toISOString(), until: new Date(until).toISOString(), resolution };
}

export function useHistory(wanted: Wanted) {
  return $api.useQuery('get', '/api/v1/utilisation', { params: { query: wanted } }, { placeholderData: (before) => before });
}

export interface CompanySeries {
  readonly companyId: string;
  readonly companyName: string;
  /** GPUs that it held, by the instant of the point. */
  readonly allocated: ReadonlyMap<string, number>;
}

/** What the companies with the most GPUs of `gpuClass` held at each point. None for a company, which sees only its own share. */
export function useCompanySeries(history: Utilisation | undefined, wanted: Wanted, gpuClass: string | undefined): CompanySeries[] {
  const largest = (history?.companies ?? [])
    .filter((share) => share.gpuClass === gpuClass && share.allocated > 0)
    .toSorted((a, b) => b.allocated - a.allocated)
    .slice(0, SHOWN);
  const answers = useQueries({
    queries: largest.map(({ companyId }) =>
      $api.queryOptions('get', '/api/v1/utilisation', {
        params: { query: { ...wanted, company: companyId, ...(gpuClass !== undefined && { gpuClass }) } },
      }),
    ),
  });
  return largest.map(({ companyId, companyName }, place) => ({
    ...{ companyId, companyName },
    allocated: new Map(answers[place]?.data?.points.map(({ at, allocated }) => [at, allocated])),
  }));
}
