import { DomainError } from '#kernel';

const DIGITS = 13;
const ENTRY_ID = new RegExp(`^entry_(\\d{${DIGITS}})$`);

/** The public id of the entry with this number: as text it sorts like the number. */
export function entryId(number: bigint | string): string {
  return `entry_${number.toString().padStart(DIGITS, '0')}`;
}

/** @throws DomainError `ledger.unknown-entry` when `id` is not the id of an entry */
export function entryNumber(id: string): bigint {
  const digits = ENTRY_ID.exec(id)?.[1];
  if (digits === undefined) throw unknownEntry(id);
  return BigInt(digits);
}

export function unknownEntry(id: string, field?: string): DomainError {
  return new DomainError('ledger.unknown-entry', {
    ...(field !== undefined && { field }),
    detail: `There is no ledger entry ${id}.`,
    kind: 'not-found',
  });
}
