import { column, queryRows, rowType, type Tx } from '#database';

const total = rowType({ bytes: column.bigint });

/** Bytes that the attachments of a company take, those among them that were removed and whose bytes are not deleted yet. */
export async function storedBytes(tx: Tx, tenantId: string): Promise<bigint> {
  const [row] = await queryRows(
    tx,
    total,
    `SELECT coalesce(sum(size_bytes), 0)::bigint AS bytes FROM application_attachment
       JOIN application ON application.id = application_id WHERE tenant_id = $1 AND discarded_at IS NULL`,
    [tenantId],
  );
  return row?.bytes ?? 0n;
}

const attachmentId = rowType({ id: column.text });

/** Attachments that were removed and whose bytes are not deleted yet, the first removed first. */
export async function removedAttachmentIds(tx: Tx, limit: number): Promise<string[]> {
  const rows = await queryRows(
    tx,
    attachmentId,
    `SELECT id FROM application_attachment WHERE removed_at IS NOT NULL AND discarded_at IS NULL ORDER BY removed_at, id LIMIT $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Records that the bytes of the attachments were deleted. */
export async function markDiscarded(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  await tx.query('UPDATE application_attachment SET discarded_at = greatest(removed_at, $2) WHERE id = ANY($1)', [ids, at]);
}
