import Table from 'cli-table3';
import { stringify as toCsv } from 'csv-stringify/sync';
import { stringify as toYaml } from 'yaml';

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

/** Rows in columns as wide as what stands in them; Chinese counts as wide as it is drawn. */
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

/** Columns under their titles, as kubectl shows them. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return aligned(
    [columns.map(({ title }) => title.toUpperCase()), ...cellsOf(columns, rows)],
    columns.map(({ align }) => align ?? 'left'),
  );
}

/** Columns that need no titles. */
export function untitled(rows: readonly (readonly string[])[]): string {
  return aligned(rows, []);
}

/** `value` as it came for programs, or its `rows` in columns for people and spreadsheets. */
export function render<Row>(format: Format, value: unknown, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(value, undefined, 2)}\n`;
    case 'yaml':
      return toYaml(value);
    case 'csv':
      return toCsv([columns.map(({ title }) => title), ...cellsOf(columns, rows)], { escape_formulas: true });
    case 'table':
      return tableOf(columns, rows);
  }
}
