import type { paths } from '#api-client';

type Input = paths['/api/v1/schedule/what-if']['post']['requestBody']['content']['application/json'];
export type ScheduleChange = Input['changes'][number];

export const CHANGE_KINDS: readonly ScheduleChange['kind'][] = ['nodes', 'limit', 'open', 'close'];
/** Whose limit is changed where it is that of the whole park. */
export const PARK = 'park';

/** A change as a person types it. Only the fields of its kind are in the form. */
export interface TypedChange {
  readonly kind: ScheduleChange['kind'];
  readonly gpuClass?: string | undefined;
  readonly count?: number | null;
  readonly owner?: string;
  /** Absent or null: any number. */
  readonly maxGpus?: number | null;
  readonly node?: string;
}

/** What the API is asked. The form has checked that the fields of the kind are there. */
export function changeOf({ kind, gpuClass = '', count, owner = PARK, maxGpus, node = '' }: TypedChange): ScheduleChange {
  switch (kind) {
    case 'nodes':
      return { kind, gpuClass, count: count ?? 0 };
    case 'limit':
      return { kind, gpuClass, owner, maxGpus: maxGpus ?? null };
    case 'open':
    case 'close':
      return { kind, node };
  }
}
