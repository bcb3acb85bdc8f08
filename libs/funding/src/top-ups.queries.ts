import { column, queryRows, rowType, type Tx } from '#database';
import type { WalletTopUpEntity } from './wallet-top-up.entity.ts';

const INSERTED = rowType({ id: column.text });

/** Records a top-up. @returns whether its bank reference was new: no top-up that is not reversed has it */
export async function insertTopUp(tx: Tx, topUp: Omit<WalletTopUpEntity, 'reversedAt'>): Promise<boolean> {
  const { id, tenantId, amountFen, reference, referenceKey, entryId, at, actor } = topUp;
  const rows = await queryRows(
    tx,
    INSERTED,
    `INSERT INTO wallet_top_up (id, tenant_id, amount_fen, reference, reference_key, entry_id, at, actor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (reference_key) WHERE reversed_at IS NULL DO NOTHING RETURNING id`,
    [id, tenantId, amountFen, reference, referenceKey, entryId, at, JSON.stringify(actor)],
  );
  return rows.length > 0;
}
