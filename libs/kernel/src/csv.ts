import { csvFormatValue } from 'd3-dsv';

/** A field of CSV: numbers stay numbers in a spreadsheet, negative ones too; text stays text. */
export type CsvField = string | number | bigint | CsvDecimal;

/** A number with the decimals it is written with, such as `-1.10`. */
export interface CsvDecimal {
  readonly decimal: string;
}

/** Hundredths as a number with two decimals, without grouping or sign of a currency: `-1.11`. */
export function csvHundredths(hundredths: bigint): CsvDecimal {
  const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
  return { decimal: `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}` };
}

/** Tells a spreadsheet that the file is UTF-8: the first character of every CSV file (rule T5). */
export const BYTE_ORDER_MARK = '\uFEFF';

/** The first character of text that a spreadsheet takes for a formula, after its normalisation of full-width signs. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/**
 * Rows as lines of CSV (RFC 4180: quoted where needed, CRLF), without the byte order mark. Text that a spreadsheet would take for a
 * formula begins with an apostrophe: text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, or with a full-width
 * `＝`, `＋`, `－` or `＠`, which spreadsheets normalise (rule T5).
 */
export function csvOf(rows: readonly (readonly CsvField[])[]): string {
  return rows.map((row) => `${csvFieldsOf(row)}\r\n`).join('');
}

/** Fields beside each other, as they are in a row of `csvOf`: for rows that have many fields in common. */
export function csvFieldsOf(fields: readonly CsvField[]): string {
  return fields.map((field) => csvFormatValue(textOf(field))).join(',');
}

/** A field before it is quoted. A decimal is no text: a negative one gets no apostrophe. */
function textOf(field: CsvField): string {
  if (typeof field === 'string') return FORMULA.test(field) ? `'${field}` : field;
  return typeof field === 'object' ? field.decimal : field.toString();
}
