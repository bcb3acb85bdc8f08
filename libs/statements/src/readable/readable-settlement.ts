import { digestOf, type Month } from '#kernel';
import { type UsageTotals, totalsOf } from '../domain/statement.ts';
import type { SettlementLine } from '../statements.service.ts';
import type { ReadableDocument, ReadableTable, ReadableValue } from './readable-document.ts';
import type { ReadableOptions } from './readable-statement.ts';
import { type Wording, wordingOf } from './wording.ts';

/** A settlement list with what people call its programme and its companies; one of a closed month can change no more. */
export interface NamedSettlement {
  readonly programme: { readonly id: string; readonly code: string; readonly name: string; readonly funder: string };
  readonly month: Month;
  readonly lines: readonly (SettlementLine & { readonly companyName: string; readonly creditCode: string })[];
  readonly closedAt?: Date;
  /** Whether the reader sees only lines of their own company: it is no list of the whole programme then. */
  readonly partial: boolean;
}

/** The settlement list as programs read it: what its digest is over. */
export function settlementDocument({ programme, month, lines }: NamedSettlement) {
  return { programmeId: programme.id, month, lines };
}

function amounts({ gpuSeconds, listFen, subsidyFen, selfPaidFen }: UsageTotals): ReadableValue[] {
  return [{ gpuHoursOf: gpuSeconds }, { gpuSeconds }, { fen: listFen }, { fen: subsidyFen }, { fen: selfPaidFen }];
}

function sumOf(lines: NamedSettlement['lines']): UsageTotals {
  const sum = (of: (totals: UsageTotals) => bigint) => lines.reduce((total, line) => total + of(line.totals), 0n);
  return {
    ...totalsOf([]),
    gpuSeconds: sum(({ gpuSeconds }) => gpuSeconds),
    listFen: sum(({ listFen }) => listFen),
    subsidyFen: sum(({ subsidyFen }) => subsidyFen),
    selfPaidFen: sum(({ selfPaidFen }) => selfPaidFen),
  };
}

function companyTable(lines: NamedSettlement['lines'], total: UsageTotals, wording: Wording): ReadableTable {
  const columns = [
    { title: wording.company, grows: true },
    { title: wording.creditCode },
    { title: wording.companyId, onlyInFiles: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list, wording.subsidy, wording.selfPaid].map((title) => ({ title, numeric: true })),
  ];
  const rows = lines.map((line) => ({ values: [line.companyName, line.creditCode, line.tenantId, ...amounts(line.totals)] }));
  return {
    title: wording.companies,
    columns,
    rows,
    total: { values: [wording.total, undefined, undefined, ...amounts(total)], bold: true },
  };
}

/** A programme's settlement list (兑付清单) as people read it (rules T4, T5): one row per company. */
export function readableSettlement(settlement: NamedSettlement, { language, park, timeZone }: ReadableOptions): ReadableDocument {
  const wording = wordingOf(language);
  const { programme, month, lines, closedAt, partial } = settlement;
  const total = sumOf(lines);
  const table = companyTable(lines, total, wording);
  const subject = [
    { name: wording.month, value: { month } },
    { name: wording.programme, value: programme.name },
    { name: wording.programmeCode, value: programme.code },
  ];
  return {
    ...{ language, timeZone, park, title: wording.settlement, closed: closedAt !== undefined },
    fileName: `${programme.name}-${wording.settlement}-${month}`,
    digest: digestOf(settlementDocument(settlement)),
    heading: [
      ...subject,
      { name: wording.funder, value: programme.funder },
      ...(partial ? [{ name: wording.scope, value: wording.ownCompanyOnly }] : []),
      { name: wording.status, value: closedAt === undefined ? wording.open : wording.closed },
      ...(closedAt === undefined ? [] : [{ name: wording.closedAt, value: { at: closedAt } }]),
    ],
    totals: [
      { name: wording.gpuHours, value: { gpuHoursOf: total.gpuSeconds } },
      { name: wording.gpuSeconds, value: { gpuSeconds: total.gpuSeconds } },
      { name: wording.list, value: { fen: total.listFen } },
      { name: wording.subsidy, value: { fen: total.subsidyFen } },
      { name: wording.selfPaid, value: { fen: total.selfPaidFen } },
    ],
    tables: [table],
    lines: { shared: subject, table },
  };
}
