import { column, queryRows, rowType, type Tx } from '#database';
import type { BankTransferEntity } from './bank-transfer.entity.ts';

const INSERTED = rowType({ id: column.text });

/** A transfer that nobody has decided on. */
export type NewBankTransfer = Pick<
  BankTransferEntity,
  'id' | 'tenantId' | 'direction' | 'amountFen' | 'reference' | 'referenceKey' | 'paidOn' | 'reason' | 'recordedBy' | 'recordedAt'
>;

/** Records a transfer. @returns whether its bank reference was new: no transfer of the same direction that counts has it */
export async function insertTransfer(tx: Tx, transfer: NewBankTransfer): Promise<boolean> {
  const { id, tenantId, direction, amountFen, reference, referenceKey, paidOn, reason, recordedBy, recordedAt } = transfer;
  const rows = await queryRows(
    tx,
    INSERTED,
    `INSERT INTO bank_transfer (id, tenant_id, direction, state, amount_fen, reference, reference_key, paid_on, reason, recorded_by, recorded_at)
     VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (direction, reference_key) WHERE state <> 'rejected' AND reversed_at IS NULL DO NOTHING RETURNING id`,
    [id, tenantId, direction, amountFen, reference, referenceKey, paidOn, reason, JSON.stringify(recordedBy), recordedAt],
  );
  return rows.length > 0;
}
