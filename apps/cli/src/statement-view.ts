import { hours, money } from './amounts.ts';
import type { operations } from '#api-client';
import type { Column } from './output.ts';

export type Statement = operations['statements.statement']['responses'][200]['content']['application/json'];
type Job = Statement['document']['jobs'][number];

/** A line for one job, or for their total. */
interface Line {
  readonly name: string;
  readonly job: string;
  readonly gpuClass: string;
  readonly paidBy: string;
  readonly totals: Job['totals'];
}

export const statementColumns: Column<Line>[] = [
  { title: 'name', of: ({ name }) => name },
  { title: 'job', of: ({ job }) => job },
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'paid by', of: ({ paidBy }) => paidBy },
  { title: 'GPU-hours', of: ({ totals }) => hours(totals.gpuSeconds), align: 'right' },
  { title: 'list cost', of: ({ totals }) => money(totals.listFen), align: 'right' },
  { title: 'subsidy', of: ({ totals }) => money(totals.subsidyFen), align: 'right' },
  { title: 'self-paid', of: ({ totals }) => money(totals.selfPaidFen), align: 'right' },
  { title: 'absorbed', of: ({ totals }) => money(totals.absorbedFen), align: 'right' },
];

/** A line for each job, and their total. */
export function statementLines({ document, names }: Statement): Line[] {
  const payers = ({ shares }: Job) => shares.map(({ source }) => names.grants[source.replace(/^grant:/, '')] ?? source).join(', ');
  const lines = document.jobs.map((job) => ({
    ...{ name: names.jobs[job.jobId] ?? '', job: job.jobId, gpuClass: job.gpuClass, paidBy: payers(job), totals: job.totals },
  }));
  return [...lines, { name: 'total', job: '', gpuClass: '', paidBy: '', totals: document.totals }];
}
