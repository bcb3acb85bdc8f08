import type { SettlementDocument } from '../domain/settlement.ts';
import type { IssuedSettlement } from '../settlements.service.ts';
import type { ReadableDocument, ReadableTable, ReadableValue } from './readable-document.ts';
import type { ReadableOptions } from './readable-statement.ts';
import { type Wording, wordingOf } from './wording.ts';

function amounts({ gpuSeconds, listFen, subsidyFen, selfPaidFen }: SettlementDocument['totals']): ReadableValue[] {
  const money = [listFen, subsidyFen, selfPaidFen].map((fen) => ({ fen: BigInt(fen) }));
  return [{ gpuHoursOf: BigInt(gpuSeconds) }, { gpuSeconds: BigInt(gpuSeconds) }, ...money];
}

function companyTable({ lines, totals }: SettlementDocument, wording: Wording): ReadableTable {
  const columns = [
    { title: wording.company, grows: true },
    { title: wording.creditCode },
    { title: wording.companyId, onlyInFiles: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list, wording.subsidy, wording.selfPaid].map((title) => ({ title, numeric: true })),
  ];
  const rows = lines.map(({ companyName, formerCompanyNames, creditCode, tenantId, totals: own }) => ({
    values: [wording.formerly(companyName, formerCompanyNames), creditCode, tenantId, ...amounts(own)],
  }));
  return {
    title: wording.companies,
    columns,
    rows,
    total: { values: [wording.total, undefined, undefined, ...amounts(totals)], bold: true },
  };
}

/** A programme's settlement list (兑付清单) as people read it (rules T4, T5): one row per company. */
export function readableSettlement(settlement: IssuedSettlement, { language, park, timeZone }: ReadableOptions): ReadableDocument {
  const wording = wordingOf(language);
  const { document, digest, closedAt, partial } = settlement;
  const { programme, month } = document;
  const table = companyTable(document, wording);
  const [gpuHours, gpuSeconds, list, subsidy, selfPaid] = amounts(document.totals);
  const subject = [
    { name: wording.month, value: { month } },
    { name: wording.programme, value: wording.formerly(programme.name, programme.formerNames) },
    { name: wording.programmeCode, value: programme.code },
  ];
  return {
    ...{ language, timeZone, park, title: wording.settlement, closed: closedAt !== undefined },
    fileName: `${programme.name}-${wording.settlement}-${month}`,
    digest,
    heading: [
      ...subject,
      { name: wording.funder, value: programme.funder },
      { name: wording.documents, value: programme.documents.join(wording.listSeparator) },
      ...(partial ? [{ name: wording.scope, value: wording.ownCompanyOnly }] : []),
      { name: wording.status, value: closedAt === undefined ? wording.open : wording.closed },
      ...(closedAt === undefined ? [] : [{ name: wording.closedAt, value: { at: closedAt } }]),
    ],
    totals: [
      { name: wording.gpuHours, value: gpuHours },
      { name: wording.gpuSeconds, value: gpuSeconds },
      { name: wording.list, value: list },
      { name: wording.subsidy, value: subsidy },
      { name: wording.selfPaid, value: selfPaid },
    ],
    tables: [table],
    lines: { shared: subject, table },
  };
}
