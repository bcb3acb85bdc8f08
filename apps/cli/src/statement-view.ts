import { hours, money } from './amounts.ts';
import type { operations } from './api-types.ts';
import type { Column } from './output.ts';

export type Statement = operations['statements.statement']['responses'][200]['content']['application/json'];
type Line = Omit<Statement['document']['jobs'][number], 'shares'>;

export const statementColumns: Column<Line>[] = [
  { title: 'job', of: ({ jobId }) => jobId },
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'GPU-hours', of: ({ totals }) => hours(totals.gpuSeconds), align: 'right' },
  { title: 'list cost', of: ({ totals }) => money(totals.listFen), align: 'right' },
  { title: 'subsidy', of: ({ totals }) => money(totals.subsidyFen), align: 'right' },
  { title: 'self-paid', of: ({ totals }) => money(totals.selfPaidFen), align: 'right' },
  { title: 'absorbed', of: ({ totals }) => money(totals.absorbedFen), align: 'right' },
];

/** A line for each job, and their total. */
export function statementLines({ document }: Statement): Line[] {
  return [...document.jobs, { jobId: 'total', gpuClass: '', totals: document.totals }];
}
