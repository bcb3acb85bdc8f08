import { stringify } from 'csv-stringify/sync';
import { jsonInteger } from '#kernel';
import type { Statement } from './domain/statement.ts';

const HEADINGS = ['month', 'company', 'job', 'gpu_class', 'source', 'unit', 'gpu_seconds', 'amount', 'list_fen'];

/** One line per job and source, UTF-8 with BOM, RFC 4180; text that a spreadsheet would take for a formula is quoted as text (rule T5). */
export function statementCsv(statement: Statement): string {
  const rows = statement.jobs.flatMap((job) =>
    job.shares.map(({ source, unit, gpuSeconds, amount, listFen }) => [
      ...[statement.month, statement.tenantId, job.jobId, job.gpuClass, source, unit],
      ...[gpuSeconds, amount, listFen].map(jsonInteger),
    ]),
  );
  return stringify([HEADINGS, ...rows], { bom: true, record_delimiter: 'windows', escape_formulas: true });
}
