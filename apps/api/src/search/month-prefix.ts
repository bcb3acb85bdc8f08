/** The beginning of a month like `2026-10` that somebody typed, `2026年10月` and `202610` too; undefined for any other text. */
export function monthPrefix(typed: string): string | undefined {
  const [, year = '', month = '', end] = /^(\d{4})(?:[-/.年]?(\d{0,2}))(月?)$/.exec(typed.trim()) ?? [];
  if (year === '') return undefined;
  if (month === '') return year;
  return `${year}-${end === '月' ? month.padStart(2, '0') : month}`;
}
