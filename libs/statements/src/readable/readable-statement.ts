import type { StatementDocument } from '../domain/statement-document.ts';
import type { IssuedStatement } from '../statement-documents.service.ts';
import type { ReadableDocument, ReadableRow, ReadableTable, ReadableValue } from './readable-document.ts';
import { type Language, type Wording, wordingOf } from './wording.ts';

/** How a file for people is written. */
export interface ReadableOptions {
  readonly language: Language;
  readonly park: string;
  /** IANA name, such as Asia/Shanghai. */
  readonly timeZone: string;
}

type Totals = StatementDocument['totals'];
type Share = StatementDocument['jobs'][number]['shares'][number];
type Names = IssuedStatement['names'];

const fen = (amount: number | bigint): ReadableValue => ({ fen: BigInt(amount) });
const hours = (seconds: number | bigint): ReadableValue => ({ gpuHoursOf: BigInt(seconds) });
const seconds = (exact: number | bigint): ReadableValue => ({ gpuSeconds: BigInt(exact) });

/** What people call a source such as `grant:<id>`, `wallet` or `absorbed`. */
function sourceName(source: string, names: Names, wording: Wording): string {
  if (source === 'wallet') return wording.wallet;
  if (source === 'absorbed') return wording.writtenOff;
  const id = source.replace(/^grant:/, '');
  const [grant = source, programme] = [names.grants[id], names.programmes[id]];
  return programme === undefined ? grant : wording.grantOf(grant, wording.formerly(programme, names.formerProgrammeNames[id] ?? []));
}

/** The documents of the funder behind a source; none of a wallet. */
function documentsOf(source: string, names: Names, wording: Wording): string | undefined {
  return names.documents[source.replace(/^grant:/, '')]?.join(wording.listSeparator);
}

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

/** GPU time, list cost, and who bore which part of it. */
function borne({ gpuSeconds, listFen, subsidyFen, selfPaidFen, absorbedFen }: Totals): ReadableValue[] {
  return [hours(gpuSeconds), seconds(gpuSeconds), fen(listFen), fen(subsidyFen), fen(selfPaidFen), fen(absorbedFen)];
}

function shareOf({ source, gpuSeconds, listFen }: Share): Totals {
  const own = (is: boolean) => (is ? listFen : 0);
  const [selfPaid, absorbed] = [source === 'wallet', source === 'absorbed'];
  return { gpuSeconds, listFen, subsidyFen: own(!selfPaid && !absorbed), selfPaidFen: own(selfPaid), absorbedFen: own(absorbed) };
}

/** One row for each job and source that paid for it. */
function jobTable({ jobs, totals }: StatementDocument, names: Names, wording: Wording): ReadableTable {
  const columns = [
    { title: wording.job, grows: true },
    { title: wording.jobId, onlyInFiles: true },
    { title: wording.gpuClass },
    { title: wording.source, grows: true },
    { title: wording.documents, onlyInFiles: true },
    { title: wording.sourceId, onlyInFiles: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list, wording.subsidy, wording.selfPaid, wording.absorbed].map((title) => ({
      ...{ title, numeric: true },
    })),
    ...[wording.debitedYuan, wording.debitedGpuSeconds].map((title) => ({ title, numeric: true, onlyInFiles: true })),
  ];
  const rows = jobs.flatMap(({ jobId, gpuClass, shares }) =>
    shares.map((share) => ({
      values: [
        ...[names.jobs[jobId] ?? jobId, jobId, gpuClass],
        ...[sourceName(share.source, names, wording), documentsOf(share.source, names, wording), share.source],
        ...borne(shareOf(share)),
        ...(share.unit === 'CNY' ? [fen(share.amount), undefined] : [undefined, seconds(share.amount)]),
      ],
    })),
  );
  const total = {
    values: [wording.total, undefined, undefined, undefined, undefined, undefined, ...borne(totals), undefined, undefined],
    bold: true,
  };
  return { title: wording.jobs, columns, rows, total };
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
