import { column } from '#database';
import { UNITS } from '#kernel';
import { ENTRY_KINDS } from './domain/journal-entry.ts';

/** `ledger_unit` */
export const unitColumn = column.oneOf(UNITS);
/** `ledger_entry_kind` */
export const kindColumn = column.oneOf(ENTRY_KINDS);
