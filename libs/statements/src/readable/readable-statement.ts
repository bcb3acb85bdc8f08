import type { JobCorrection } from '#ledger';
import type { Month } from '#kernel';
import { sourceOf } from '../domain/statement.ts';
import type { StatementDocument } from '../domain/statement-document.ts';
import type { IssuedStatement } from '../month-end.service.ts';
import type { ReadableDocument, ReadableRow, ReadableTable, ReadableValue } from './readable-document.ts';
import { type Language, type Wording, wordingOf } from './wording.ts';

/** What people call the things that a statement names by their ids. */
export interface StatementNames {
  readonly company: string;
  readonly creditCode: string;
  /** By id. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly grants: Readonly<Record<string, string>>;
  /** The name of the programme of each grant, by the id of the grant. */
  readonly programmes: Readonly<Record<string, string>>;
}

/** How a file for people is written. */
export interface ReadableOptions {
  readonly language: Language;
  readonly park: string;
  /** IANA name, such as Asia/Shanghai. */
  readonly timeZone: string;
}

type Totals = StatementDocument['totals'];
type Share = StatementDocument['jobs'][number]['shares'][number];

const fen = (amount: number | bigint): ReadableValue => ({ fen: BigInt(amount) });
const hours = (seconds: number | bigint): ReadableValue => ({ gpuHoursOf: BigInt(seconds) });
const seconds = (exact: number | bigint): ReadableValue => ({ gpuSeconds: BigInt(exact) });

/** What people call a source such as `grant:<id>`, `wallet` or `absorbed`. */
function sourceName(source: string, names: StatementNames, wording: Wording): string {
  if (source === 'wallet') return wording.wallet;
  if (source === 'absorbed') return wording.writtenOff;
  const id = source.replace(/^grant:/, '');
  const [grant = source, programme] = [names.grants[id], names.programmes[id]];
  return programme === undefined ? grant : wording.grantOf(grant, programme);
}

/** An amount in its own unit: money, or GPU time as hours beside exact seconds. */
function inUnit(unit: string, amount: number): ReadableValue[] {
  return unit === 'CNY' ? [fen(amount), undefined, undefined] : [undefined, hours(amount), seconds(amount)];
}

/** Opening, movements and closing of each account (rules T1, T2). */
function accountTable({ accounts }: StatementDocument, names: StatementNames, wording: Wording): ReadableTable {
  const rows = accounts.flatMap(({ account, unit, opening, movements, closing }): ReadableRow[] => {
    const name = sourceName(account, names, wording);
    return [
      { values: [name, account, wording.opening, ...inUnit(unit, opening)], bold: true },
      ...movements.map(({ kind, amount }) => ({ values: [name, account, kindName(kind, wording), ...inUnit(unit, amount)] })),
      { values: [name, account, wording.closing, ...inUnit(unit, closing)], bold: true },
    ];
  });
  const columns = [
    { title: wording.account, grows: true },
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
function jobTable({ jobs, totals }: StatementDocument, names: StatementNames, wording: Wording): ReadableTable {
  const columns = [
    { title: wording.job, grows: true },
    { title: wording.jobId, onlyInFiles: true },
    { title: wording.gpuClass },
    { title: wording.source, grows: true },
    { title: wording.sourceId, onlyInFiles: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list, wording.subsidy, wording.selfPaid, wording.absorbed].map((title) => ({
      ...{ title, numeric: true },
    })),
    ...[wording.debitedYuan, wording.debitedGpuSeconds].map((title) => ({ title, numeric: true, onlyInFiles: true })),
  ];
  const rows = jobs.flatMap(({ jobId, gpuClass, shares }) =>
    shares.map((share) => ({
      values: [
        ...[names.jobs[jobId] ?? jobId, jobId, gpuClass, sourceName(share.source, names, wording), share.source],
        ...borne(shareOf(share)),
        ...(share.unit === 'CNY' ? [fen(share.amount), undefined] : [undefined, seconds(share.amount)]),
      ],
    })),
  );
  const total = { values: [wording.total, undefined, undefined, undefined, undefined, ...borne(totals), undefined, undefined], bold: true };
  return { title: wording.jobs, columns, rows, total };
}

/** What was corrected, refunded or charged late in the month, each with the month it belongs to (rule T3). */
function correctionTable(month: Month, corrections: readonly JobCorrection[], names: StatementNames, wording: Wording): ReadableTable {
  const columns = [
    { title: wording.belongsTo },
    { title: wording.job, grows: true },
    { title: wording.jobId, onlyInFiles: true },
    { title: wording.item },
    { title: wording.source, grows: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list].map((title) => ({ title, numeric: true })),
  ];
  const rows = corrections.map(({ jobId, kind, account, gpuSeconds, listFen, belongsTo }) => ({
    values: [
      ...[{ month: belongsTo ?? month }, names.jobs[jobId] ?? jobId, jobId, kindName(kind, wording)],
      ...[sourceName(sourceOf(account), names, wording), hours(gpuSeconds), seconds(gpuSeconds), fen(listFen)],
    ],
  }));
  return { title: wording.corrections, columns, rows };
}

/**
 * A company's statement as people read it (rules T1, T2, T5): heading, totals, accounts, jobs, corrections.
 * `corrections` are those that take effect in its month.
 */
export function readableStatement(
  { document, digest, closedAt }: IssuedStatement,
  names: StatementNames,
  corrections: readonly JobCorrection[],
  { language, park, timeZone }: ReadableOptions,
): ReadableDocument {
  const wording = wordingOf(language);
  const { month, totals } = document;
  const jobs = jobTable(document, names, wording);
  const subject = [
    { name: wording.month, value: { month } },
    { name: wording.company, value: names.company },
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
    tables: [accountTable(document, names, wording), jobs, correctionTable(month, corrections, names, wording)],
    lines: { shared: subject, table: jobs },
  };
}
