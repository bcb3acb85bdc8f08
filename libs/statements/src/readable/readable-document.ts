import type { Fen, GpuSeconds, Month } from '#kernel';
import type { Language } from './wording.ts';

/**
 * One value of a document for people, exact until a format writes it: text, an amount of money, GPU-seconds shown as they are or as
 * GPU-hours with two decimals, an instant (in the park's time zone), or a month. Undefined is an empty cell.
 */
export type ReadableValue =
  | string
  | { readonly fen: Fen }
  | { readonly gpuSeconds: GpuSeconds }
  | { readonly gpuHoursOf: GpuSeconds }
  | { readonly at: Date }
  | { readonly month: Month }
  | undefined;

/** A row that stands out: the opening and the closing of an account, a total. */
export interface ReadableRow {
  readonly values: readonly ReadableValue[];
  readonly bold?: boolean;
}

/** A column of a table; its numbers stand at the right. */
export interface ReadableColumn {
  readonly title: string;
  readonly numeric?: boolean;
  /** Takes the width that the others leave: a name. */
  readonly grows?: boolean;
  /** Left out where the page is narrow: ids, and what follows from other columns. */
  readonly onlyInFiles?: boolean;
}

/** A section of the document as a table. */
export interface ReadableTable {
  readonly title: string;
  readonly columns: readonly ReadableColumn[];
  readonly rows: readonly ReadableRow[];
  readonly total?: ReadableRow;
}

/** A name and what it has. */
export interface ReadableFact {
  readonly name: string;
  readonly value: ReadableValue;
}

/** A statement or settlement list as people read it, in one language: what XLSX, PDF and CSV are written from (rule T5). */
export interface ReadableDocument {
  readonly language: Language;
  /** IANA name of the zone in which instants are written. */
  readonly timeZone: string;
  readonly park: string;
  readonly title: string;
  /** Without its extension. */
  readonly fileName: string;
  readonly heading: readonly ReadableFact[];
  readonly totals: readonly ReadableFact[];
  readonly tables: readonly ReadableTable[];
  /** What CSV has: one line per row of `table`, behind values that all lines share. */
  readonly lines: { readonly shared: readonly ReadableFact[]; readonly table: ReadableTable };
  readonly digest: string;
  /** Whether it can change no more. */
  readonly closed: boolean;
}
