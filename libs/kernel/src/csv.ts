import { stringify } from 'csv-stringify/sync';

/** A field of CSV: numbers stay numbers in a spreadsheet, negative ones too; text stays text. */
export type CsvField = string | number | bigint | CsvDecimal;

/** A number with the decimals it is written with, such as `-1.10`. */
export interface CsvDecimal {
  readonly decimal: string;
}

/** Hundredths as a number with two decimals, without grouping or sign of a currency: `-1.11`. */
export function csvHundredths(hundredths: bigint): CsvDecimal {
  const size = hundredths < 0n ? -hundredths : hundredths;
  return { decimal: `${hundredths < 0n ? '-' : ''}${size / 100n}.${(size % 100n).toString().padStart(2, '0')}` };
}

/** Tells a spreadsheet that the file is UTF-8: the first character of every CSV file (rule T5). */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Rows as lines of CSV (RFC 4180: quoted where needed, CRLF), without the byte order mark. Text that a spreadsheet would take for a
 * formula begins with an apostrophe: text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, or with a full-width
 * `＝`, `＋`, `－` or `＠`, which spreadsheets normalise (rule T5).
 */
export function csvOf(rows: readonly (readonly CsvField[])[]): string {
  return rows.some((row) => row.some(isDecimal)) ? rows.map(lineOf).join('') : quoted(rows);
}

function isDecimal(field: CsvField): field is CsvDecimal {
  return typeof field === 'object';
}

/** A decimal is written as it is: as text it would get the apostrophe where it is negative, as a number it would lose its zeros. */
function lineOf(row: readonly CsvField[]): string {
  return `${row.map((field) => (isDecimal(field) ? field.decimal : quoted([[field]]).slice(0, -2))).join(',')}\r\n`;
}

function quoted(rows: readonly (readonly CsvField[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    // Without the last of them a lone CR or LF inside a field would stand unquoted.
    { escape_formulas: true, record_delimiter: 'windows', quote_record_delimiter: true },
  );
}
