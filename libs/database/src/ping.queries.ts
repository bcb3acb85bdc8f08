import type { Tx } from './transactions.ts';

/** Asks the database for nothing. @throws whatever the connection throws while the database cannot be reached */
export async function ping(tx: Tx): Promise<void> {
  await tx.query('SELECT 1');
}
