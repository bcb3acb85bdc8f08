import { z } from 'zod';
import type { OutboxTopic } from '#database';

const changed = z.object({
  id: z.string(),
  tenantId: z.string(),
  direction: z.enum(['in', 'out']),
  state: z.enum(['pending', 'confirmed', 'rejected', 'reversed']),
  amountFen: z.int(),
  reference: z.string(),
  /** Who did it. */
  by: z.string(),
  reason: z.string(),
});
/** What the event of a bank transfer tells. */
export type TransferChanged = z.infer<typeof changed>;

/** A bank transfer was recorded, confirmed, rejected or reversed. */
export const TRANSFER_CHANGED: OutboxTopic<TransferChanged> = { name: 'bank-transfer-changed', data: changed };
