import type { ReactNode } from 'react';
import type { CsvField } from '#kernel/browser';

/** A column of a list. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** What is sorted by and exported; a column without it is neither. */
  readonly value?: (row: Row) => CsvField | null | undefined;
  readonly align?: 'right' | 'center';
  readonly width?: number;
  /** Whether it is not shown until somebody chooses it. */
  readonly optional?: boolean;
  /** Whether it may not be hidden. */
  readonly always?: boolean;
  readonly fixed?: 'left' | 'right';
}

/** Orders two values of a column: numbers by size, texts by the language's order, nothing last. */
export function compareValues(left: CsvField | null | undefined, right: CsvField | null | undefined, language: string): number {
  if (left === right) return 0;
  if (left === null || left === undefined) return 1;
  if (right === null || right === undefined) return -1;
  if (typeof left === 'object' || typeof right === 'object') return Number(textOf(left)) - Number(textOf(right));
  if (typeof left === 'string' || typeof right === 'string') return textOf(left).localeCompare(textOf(right), language, { numeric: true });
  return left < right ? -1 : 1;
}

function textOf(value: CsvField): string {
  return typeof value === 'object' ? value.decimal : value.toString();
}
