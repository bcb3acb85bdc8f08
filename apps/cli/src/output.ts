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

/** Columns under their titles, as kubectl shows them. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title.toUpperCase()),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(columns.map((column) => column.of(row)));
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** `value` as it came for programs, or its `rows` in columns for people and spreadsheets. */
export function render<Row>(format: Format, value: unknown, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(value, undefined, 2)}\n`;
    case 'yaml':
      return toYaml(value);
    case 'csv':
      return toCsv([columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => of(row)))], { escape_formulas: true });
    case 'table':
      return tableOf(columns, rows);
  }
}
