import { hours, inUnit, type Unit } from './amounts.ts';
import type { operations } from '#api-client';
import type { Column } from './output.ts';

export type Entry = operations['grants.entries']['responses'][200]['content']['application/json']['items'][number];

/** Lines of the ledger for an account in `unit`. */
export function entryColumns(unit: Unit): Column<Entry>[] {
  return [
    { title: 'at', of: ({ effectiveAt }) => effectiveAt },
    { title: 'kind', of: ({ kind }) => kind },
    { title: 'job or reason', of: ({ jobId, reason }) => jobId ?? reason ?? '' },
    { title: 'GPU-hours', of: ({ gpuSeconds }) => hours(gpuSeconds), align: 'right' },
    { title: 'amount', of: ({ amount }) => inUnit(unit, amount), align: 'right' },
    { title: 'balance', of: ({ balance }) => inUnit(unit, balance), align: 'right' },
  ];
}
