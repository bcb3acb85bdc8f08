import type { Tx } from './transactions.ts';

/** Lets transactions that name the same lock take turns: waits until no other transaction holds it, and holds it until `tx` ends. */
export async function lockByName(tx: Tx, name: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [name]);
}
