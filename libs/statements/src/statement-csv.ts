import { BYTE_ORDER_MARK, csvOf } from '#kernel';
import type { StatementDocument } from './domain/statement-document.ts';

const HEADINGS = ['month', 'company', 'job', 'gpu_class', 'source', 'unit', 'gpu_seconds', 'amount', 'list_fen'];

/** One line per job and source: UTF-8 with BOM, RFC 4180 (rule T5). */
export function statementCsv({ month, tenantId, jobs }: StatementDocument): string {
  const rows = jobs.flatMap((job) =>
    job.shares.map(({ source, unit, gpuSeconds, amount, listFen }) => [
      ...[month, tenantId, job.jobId, job.gpuClass, source, unit],
      ...[gpuSeconds, amount, listFen],
    ]),
  );
  return BYTE_ORDER_MARK + csvOf([HEADINGS, ...rows]);
}
