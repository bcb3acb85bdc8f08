import { DomainError } from '#kernel';
import type { ReadableDocument, ReadableTable } from './readable-document.ts';
import { wordingOf } from './wording.ts';

/** Rows of a document that a workbook has at most: it is made in memory, about 8 kB for a row. */
export const MOST_XLSX_ROWS = 20_000;

/** @throws DomainError `file.too-many-rows` where the tables of `document` have more rows than a workbook is made of */
export function requireXlsxRows({ tables }: ReadableDocument): void {
  const count = tables.reduce((sum, { rows }) => sum + rows.length, 0);
  if (count <= MOST_XLSX_ROWS) return;
  throw new DomainError('file.too-many-rows', {
    detail: `The document has ${count} rows; an XLSX file is made of at most ${MOST_XLSX_ROWS}.`,
    remedy: 'Ask for CSV (-o csv, format=csv), which has no limit.',
  });
}

/** `document` with a sentence in place of the rows of each table that no workbook is made of: for archives, which have many files. */
export function withinXlsxRows(document: ReadableDocument): ReadableDocument {
  const wording = wordingOf(document.language);
  let left = MOST_XLSX_ROWS;
  const tables = document.tables.map((table): ReadableTable => {
    if (table.rows.length > left) return { ...table, rows: [{ values: [wording.tooManyForXlsx(table.rows.length)] }] };
    left -= table.rows.length;
    return table;
  });
  return { ...document, tables };
}
