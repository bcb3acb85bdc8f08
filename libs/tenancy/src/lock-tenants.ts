import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { lockCompanies } from './company.queries.ts';

/**
 * Locks companies until `tx` ends, always in the order of their ids. The row of a company is the lock of its money: every movement locks it
 * before grants, ledger accounts and jobs, so that no two movements of one company run at the same time.
 * @throws DomainError `company.unknown` when one of them does not exist
 */
export async function lockTenants(tx: Tx, ids: readonly string[]): Promise<void> {
  const wanted = [...new Set(ids)];
  const locked = await lockCompanies(tx, wanted);
  const missing = wanted.find((id) => !locked.has(id));
  if (missing === undefined) return;
  throw new DomainError('company.unknown', { detail: `There is no company ${missing}.`, kind: 'not-found' });
}
