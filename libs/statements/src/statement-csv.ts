import { stringify } from 'csv-stringify/sync';
import type { StatementDocument } from './domain/statement-document.ts';

const HEADINGS = ['month', 'company', 'job', 'gpu_class', 'source', 'unit', 'gpu_seconds', 'amount', 'list_fen'];

/** Text that a spreadsheet would take for a formula begins with an apostrophe; numbers, negative ones too, stay numbers. */
function plain(text: string): string {
  return /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text;
}

/** One line per job and source: UTF-8 with BOM, RFC 4180 (rule T5). */
export function statementCsv({ month, tenantId, jobs }: StatementDocument): string {
  const rows = jobs.flatMap((job) =>
    job.shares.map(({ source, unit, gpuSeconds, amount, listFen }) => [
      ...[month, tenantId, job.jobId, job.gpuClass, source, unit].map(plain),
      ...[gpuSeconds, amount, listFen],
    ]),
  );
  return stringify([HEADINGS, ...rows], { bom: true, record_delimiter: 'windows' });
}
