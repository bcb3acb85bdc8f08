import { useMemo } from 'react';
import type { components } from '#api-client';
import { $api } from '../../api/client.ts';

type Schemas = components['schemas'];
export type ListedMonth = Schemas['Months']['items'][number];
export type Checklist = Schemas['ClosingChecklist'];
export type ChecklistItem = Checklist['items'][number];

/** What was used in a month, and who paid, in fen and GPU-seconds. */
export type UsageSum = Schemas['Usage']['totals'];

const ZERO: UsageSum = { gpuSeconds: 0, listFen: 0, subsidyFen: 0, selfPaidFen: 0, absorbedFen: 0 };

function add(left: UsageSum, right: UsageSum): UsageSum {
  return {
    gpuSeconds: left.gpuSeconds + right.gpuSeconds,
    listFen: left.listFen + right.listFen,
    subsidyFen: left.subsidyFen + right.subsidyFen,
    selfPaidFen: left.selfPaidFen + right.selfPaidFen,
    absorbedFen: left.absorbedFen + right.absorbedFen,
  };
}

/** The sum of usage by a key of its items, such as the month or the company. */
export function sumsBy<Item extends UsageSum>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, UsageSum> {
  const sums = new Map<string, UsageSum>();
  for (const item of items) sums.set(keyOf(item), add(sums.get(keyOf(item)) ?? ZERO, item));
  return sums;
}

export function totalOf(items: readonly UsageSum[]): UsageSum {
  return items.reduce(add, ZERO);
}

/** Most months of which the API gives usage at once. */
const MOST_MONTHS = 36;

/** All months with their state, the latest first. */
export function useMonths() {
  return $api.useQuery('get', '/api/v1/months');
}

/** The usage of `months` by month, of the whole park, or of the company that the person belongs to. */
export function useUsageByMonth(months: readonly ListedMonth[] | undefined): ReadonlyMap<string, UsageSum> | undefined {
  const shown = months?.slice(0, MOST_MONTHS) ?? [];
  const [last] = shown;
  const first = shown.at(-1);
  const { data } = $api.useQuery(
    'get',
    '/api/v1/usage',
    {
      params: {
        query: { resolution: 'month', ...(first !== undefined && last !== undefined && { from: first.month, until: last.month }) },
      },
    },
    { enabled: first !== undefined },
  );
  return useMemo(() => (data === undefined ? undefined : sumsBy(data.items, ({ period }) => period)), [data]);
}
