import { BYTE_ORDER_MARK, csvOf } from '#kernel';
import { csvFieldOf } from './readable-text.ts';
import type { ReadableDocument } from './readable-document.ts';

/** One line per row of the main table, without its total: UTF-8 with BOM, RFC 4180, safe against formulas (rule T5). */
export function csvFile({ lines: { shared, table }, timeZone }: ReadableDocument): string {
  const headings = [...shared.map(({ name }) => name), ...table.columns.map(({ title }) => title)];
  const rows = table.rows.map(({ values }) => [...shared.map(({ value }) => value), ...values].map((value) => csvFieldOf(value, timeZone)));
  return BYTE_ORDER_MARK + csvOf([headings, ...rows]);
}
