import type { StatementDocument } from '../domain/statement-document.ts';
import type { IssuedStatement } from '../statement-documents.service.ts';
import { borne, jobCells, jobColumns } from './job-table.ts';
import type { ReadableDocument, ReadableRow, ReadableTable, ReadableValue } from './readable-document.ts';
import { documentsOf, sourceName } from './source-names.ts';
import { type Language, type Wording, wordingOf } from './wording.ts';

/** How a file for people is written. */
export interface ReadableOptions {
  readonly language: Language;
  readonly park: string;
  /** IANA name, such as Asia/Shanghai. */
  readonly timeZone: string;
}

type Names = IssuedStatement['names'];

const fen = (amount: number | bigint): ReadableValue => ({ fen: BigInt(amount) });
const hours = (seconds: number | bigint): ReadableValue => ({ gpuHoursOf: BigInt(seconds) });
const seconds = (exact: number | bigint): ReadableValue => ({ gpuSeconds: BigInt(exact) });

/** An amount in its own unit: money, or GPU time as hours beside exact seconds. */
function inUnit(unit: string, amount: number): ReadableValue[] {
  return unit === 'CNY' ? [fen(amount), undefined, undefined] : [undefined, hours(amount), seconds(amount)];
}

/** Opening, movements and closing of each account (rules T1, T2). */
function accountTable({ accounts }: StatementDocument, names: Names, wording: Wording): ReadableTable {
  const rows = accounts.flatMap(({ account, unit, opening, movements, closing }): ReadableRow[] => {
    const [name, documents] = [sourceName(account, names, wording), documentsOf(account, names, wording)];
    return [
      { values: [name, documents, account, wording.opening, ...inUnit(unit, opening)], bold: true },
      ...movements.map(({ kind, amount }) => ({ values: [name, documents, account, kindName(kind, wording), ...inUnit(unit, amount)] })),
      { values: [name, documents, account, wording.closing, ...inUnit(unit, closing)], bold: true },
    ];
  });
  const columns = [
    { title: wording.account, grows: true },
    { title: wording.documents, grows: true },
    { title: wording.sourceId, onlyInFiles: true },
    { title: wording.item },
    { title: wording.amount, numeric: true },
    { title: wording.gpuHours, numeric: true },
    { title: wording.gpuSeconds, numeric: true },
  ];
  return { title: wording.accounts, columns, rows };
}

function kindName(kind: string, { kinds }: Wording): string {
  return (kinds as Readonly<Record<string, string>>)[kind] ?? kind;
}

/** One row for each job and source that paid for it. */
function jobTable({ jobs, totals }: StatementDocument, names: Names, wording: Wording): ReadableTable {
  const rows = jobs.flatMap(({ jobId, gpuClass, shares }) =>
    shares.map((share) => {
      const source = { name: sourceName(share.source, names, wording), documents: documentsOf(share.source, names, wording) };
      return { values: jobCells({ jobId, gpuClass, name: names.jobs[jobId] ?? jobId }, share, source) };
    }),
  );
  const total = {
    values: [wording.total, undefined, undefined, undefined, undefined, undefined, ...borne(totals), undefined, undefined],
    bold: true,
  };
  return { title: wording.jobs, columns: jobColumns(wording), rows, total };
}

/** What was corrected, refunded or charged late in the month, each with the month it belongs to (rule T3). */
function correctionTable({ corrections, names }: IssuedStatement, wording: Wording): ReadableTable {
  const columns = [
    { title: wording.belongsTo },
    { title: wording.job, grows: true },
    { title: wording.jobId, onlyInFiles: true },
    { title: wording.item },
    { title: wording.source, grows: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list].map((title) => ({ title, numeric: true })),
  ];
  const rows = corrections.map(({ jobId, kind, source, gpuSeconds, listFen, belongsTo }) => ({
    values: [
      ...[{ month: belongsTo }, names.jobs[jobId] ?? jobId, jobId, kindName(kind, wording)],
      ...[sourceName(source, names, wording), hours(gpuSeconds), seconds(gpuSeconds), fen(listFen)],
    ],
  }));
  return { title: wording.corrections, columns, rows };
}

/** A company's statement as people read it (rules T1, T2, T5): heading, totals, accounts, jobs, corrections. */
export function readableStatement(statement: IssuedStatement, { language, park, timeZone }: ReadableOptions): ReadableDocument {
  const { document, digest, closedAt, names } = statement;
  const wording = wordingOf(language);
  const { month, totals } = document;
  const jobs = jobTable(document, names, wording);
  const subject = [
    { name: wording.month, value: { month } },
    { name: wording.company, value: wording.formerly(names.company, names.formerCompanyNames) },
    { name: wording.creditCode, value: names.creditCode },
  ];
  return {
    ...{ language, timeZone, park, digest, title: wording.statement, closed: closedAt !== undefined },
    fileName: `${names.company}-${wording.statement}-${month}`,
    heading: [
      ...subject,
      { name: wording.companyId, value: document.tenantId },
      { name: wording.status, value: closedAt === undefined ? wording.open : wording.closed },
      ...(closedAt === undefined ? [] : [{ name: wording.closedAt, value: { at: closedAt } }]),
    ],
    totals: [
      { name: wording.gpuHours, value: hours(totals.gpuSeconds) },
      { name: wording.gpuSeconds, value: seconds(totals.gpuSeconds) },
      { name: wording.list, value: fen(totals.listFen) },
      { name: wording.subsidy, value: fen(totals.subsidyFen) },
      { name: wording.selfPaid, value: fen(totals.selfPaidFen) },
      { name: wording.absorbed, value: fen(totals.absorbedFen) },
    ],
    tables: [accountTable(document, names, wording), jobs, correctionTable(statement, wording)],
    lines: { shared: subject, table: jobs },
  };
}
