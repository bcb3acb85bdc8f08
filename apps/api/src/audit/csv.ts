/** A field that a spreadsheet would take for a formula is told apart by an apostrophe. */
const FORMULA = /^[=+\-@\t\r]/;

function field(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of RFC 4180. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

/** What tells a spreadsheet that the file is UTF-8. */
export const BYTE_ORDER_MARK = '\ufeff';
