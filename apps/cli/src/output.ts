import Table from 'cli-table3';
import { stringify as toYaml } from 'yaml';
import { BYTE_ORDER_MARK, type CsvField, csvOf } from '#kernel';

export const FORMATS = ['table', 'json', 'yaml', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** A column of tables and of CSV. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((name) => [name, '']),
);

/** Rows in columns that are as wide as their widest cell. A Chinese character is two wide. */
function aligned(rows: readonly (readonly string[])[], aligns: readonly ('left' | 'right')[]): string {
  const table = new Table({
    colAligns: [...aligns],
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

const cellsOf = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[][] =>
  rows.map((row) => columns.map(({ of }) => of(row)));

/** A table with titles, in the form of kubectl. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return aligned(
    [columns.map(({ title }) => title.toUpperCase()), ...cellsOf(columns, rows)],
    columns.map(({ align }) => align ?? 'left'),
  );
}

/** A table without titles. */
export function untitled(rows: readonly (readonly string[])[]): string {
  return aligned(rows, []);
}

/** An amount in a table: its sign, number and unit. */
const AMOUNT = /^(-?)¥?([\d,]+(?:\.\d+)?)(?: GPU-hours)?$/;

/** A right-aligned cell is a number in a spreadsheet: `-¥1,234.50` becomes -1234.50. */
function fieldOf<Row>({ of, align }: Column<Row>, row: Row): CsvField {
  const cell = of(row);
  const [, sign = '', digits] = (align === 'right' ? AMOUNT.exec(cell) : null) ?? [];
  return digits === undefined ? cell : { decimal: `${sign}${digits.replaceAll(',', '')}` };
}

/** The output: `value` unchanged for programs, or its `rows` in columns for people and spreadsheets. */
export function render<Row>(format: Format, value: unknown, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(value, undefined, 2)}\n`;
    case 'yaml':
      return toYaml(value);
    case 'csv':
      return (
        BYTE_ORDER_MARK + csvOf([columns.map(({ title }) => title), ...rows.map((row) => columns.map((column) => fieldOf(column, row)))])
      );
    case 'table':
      return tableOf(columns, rows);
  }
}
