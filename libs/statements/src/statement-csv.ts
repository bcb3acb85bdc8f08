import { BYTE_ORDER_MARK, csvOf } from '#kernel';
import type { StatementDocument } from './domain/statement-document.ts';

/** What people call the things that a statement names by their ids. */
export interface StatementNames {
  readonly company: string;
  /** By id. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly grants: Readonly<Record<string, string>>;
}

const HEADINGS = [
  ...['month', 'company', 'job', 'gpu_class', 'source', 'unit', 'gpu_seconds', 'amount', 'list_fen'],
  ...['company_name', 'job_name', 'source_name'],
];

/** One line per job and source, with names beside the ids: UTF-8 with BOM, RFC 4180 (rule T5). */
export function statementCsv({ month, tenantId, jobs }: StatementDocument, names: StatementNames): string {
  const rows = jobs.flatMap((job) =>
    job.shares.map(({ source, unit, gpuSeconds, amount, listFen }) => [
      ...[month, tenantId, job.jobId, job.gpuClass, source, unit],
      ...[gpuSeconds, amount, listFen],
      ...[names.company, names.jobs[job.jobId] ?? '', names.grants[source.replace(/^grant:/, '')] ?? source],
    ]),
  );
  return BYTE_ORDER_MARK + csvOf([HEADINGS, ...rows]);
}
