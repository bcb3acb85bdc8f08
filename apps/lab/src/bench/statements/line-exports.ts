import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SystemClock, toDate } from '#kernel';
import { DocumentNamesService, StatementExportsService, StatementLinesService } from '#statements';
import { CompaniesService } from '#tenancy';
import { type BilledPark, MONTH } from './billed-park.ts';
import type { Measurement } from './measured.ts';

/** The same rows, without the names, written by PostgreSQL itself. */
const COPY = (from: Date, until: Date): string => `
  COPY (SELECT e.tenant_id, e.job_id, a.code, -sum(p.amount) AS amount, sum(p.gpu_seconds) AS gpu_seconds, sum(p.list_fen) AS list_fen
          FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
         WHERE e.kind = 'usage.metered' AND a.code NOT LIKE 'usage:%'
           AND e.effective_at >= '${from.toISOString()}' AND e.effective_at < '${until.toISOString()}'
         GROUP BY e.tenant_id, e.job_id, a.code ORDER BY e.tenant_id, e.job_id) TO '/dev/null'`;

/** The lines of all companies as CSV, and a bare COPY of the same rows, which is their floor. */
export function lineExports({ database, environment }: BilledPark): readonly [floor: Measurement, csv: Measurement] {
  const { audit, calendar, grants } = environment;
  const names = new DocumentNamesService(new CompaniesService(audit, new SystemClock()), grants, calendar);
  const lines = new StatementLinesService(names, calendar);
  const exports = new StatementExportsService(database.transactions, lines, calendar);
  const options = { language: 'zh', park: '模速空间', timeZone: 'Asia/Shanghai' } as const;
  const copy = COPY(toDate(calendar.startOf(MONTH)), toDate(calendar.endOf(MONTH)));
  return [
    { what: 'floor: a bare COPY of the lines', run: () => database.owner.query(copy) },
    { what: 'lines of all companies as CSV', run: () => pipeline(exports.export(MONTH, 'csv', options), discarding()) },
  ];
}

function discarding(): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
}
