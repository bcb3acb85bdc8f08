import { stringify } from 'csv-stringify/sync';

/** A field of CSV: numbers stay numbers in a spreadsheet, negative ones too; text stays text. */
export type CsvField = string | number | bigint;

/** Tells a spreadsheet that the file is UTF-8: the first character of every CSV file (rule T5). */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Rows as lines of CSV (RFC 4180: quoted where needed, CRLF), without the byte order mark. Text that a spreadsheet would take for a
 * formula begins with an apostrophe: text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, or with a full-width
 * `＝`, `＋`, `－` or `＠`, which spreadsheets normalise (rule T5).
 */
export function csvOf(rows: readonly (readonly CsvField[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    // Without the last of them a lone CR or LF inside a field would stand unquoted.
    { escape_formulas: true, record_delimiter: 'windows', quote_record_delimiter: true },
  );
}
