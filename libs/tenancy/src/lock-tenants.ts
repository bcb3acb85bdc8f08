import type { Tx } from '#database';
import { DomainError } from '#kernel';

/**
 * Locks companies until `tx` ends, always in the order of their ids. The row of a company is the mutex of its money: whoever
 * moves any takes it before grants, ledger accounts and jobs, so that no two movements of one company run side by side.
 * @throws DomainError `company.unknown` when one of them does not exist
 */
export async function lockTenants(tx: Tx, ids: readonly string[]): Promise<void> {
  const wanted = [...new Set(ids)];
  const locked = await tx.query<{ id: string }[]>(`SELECT id FROM company WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, [wanted]);
  if (locked.length === wanted.length) return;
  const missing = wanted.find((id) => !locked.some((row) => row.id === id));
  throw new DomainError('company.unknown', { detail: `There is no company ${missing ?? ''}.`, kind: 'not-found' });
}
