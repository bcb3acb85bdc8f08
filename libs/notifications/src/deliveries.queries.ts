import { LessThanOrEqual } from 'typeorm';
import { execute, type Tx } from '#database';
import { newId } from '#kernel';
import { DeliveryEntity } from './delivery.entity.ts';
import type { SecretLink } from './domain/notification.ts';

const BATCH = 5_000;

export interface NewDelivery {
  /** Of the event, the channel and the recipient: what is queued once is not queued again. */
  readonly key: string;
  readonly channel: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly link: SecretLink | undefined;
  readonly giveUpAt: Date;
}

export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[], now: Date): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map(({ link, ...delivery }) => ({ id: newId('delivery'), ...delivery, linkKind: link?.kind, linkId: link?.id }));
  await tx.query(
    `INSERT INTO notification_delivery
            (id, key, channel, recipient, subject, body, link_kind, link_id, created_at, next_attempt_at, give_up_at)
     SELECT id, key, channel, recipient, subject, body, "linkKind", "linkId", $2, $2, "giveUpAt"
       FROM jsonb_to_recordset($1) AS row (id text, key text, channel text, recipient text, subject text, body text,
                                           "linkKind" text, "linkId" text, "giveUpAt" timestamptz)
     ON CONFLICT (key) DO NOTHING`,
    [JSON.stringify(rows), now],
  );
}

/** Ids of at most `limit` deliveries through `channel` whose next attempt is due at `now`, longest due first. */
export async function dueDeliveries(tx: Tx, channel: string, limit: number, now: Date): Promise<string[]> {
  const due = await tx.find(DeliveryEntity, {
    select: { id: true },
    where: { state: 'queued', channel, nextAttemptAt: LessThanOrEqual(now) },
    order: { nextAttemptAt: 'ASC', id: 'ASC' },
    take: limit,
  });
  return due.map(({ id }) => id);
}

/** A delivery that is still queued, locked until the end of `tx`. */
export async function lockDelivery(tx: Tx, id: string): Promise<DeliveryEntity | undefined> {
  const delivery = await tx.findOne(DeliveryEntity, { where: { id, state: 'queued' }, lock: { mode: 'pessimistic_write' } });
  return delivery ?? undefined;
}

/** Counts an attempt before it is made: whoever dies in it leaves a delivery that is tried again at `nextAttemptAt`. */
export async function recordAttempt(tx: Tx, id: string, nextAttemptAt: Date): Promise<void> {
  await tx.update(DeliveryEntity, { id }, { attempts: () => 'attempts + 1', nextAttemptAt });
}

export async function recordDeliveryFailure(tx: Tx, id: string, failure: string): Promise<void> {
  await tx.update(DeliveryEntity, { id }, { failure });
}

/** The delivery is over. Its body is deleted; what remains says to whom what was sent, and why it was not. */
export async function finishDelivery(
  tx: Tx,
  id: string,
  result: { state: 'delivered' } | { state: 'given-up'; failure: string },
  now: Date,
): Promise<void> {
  await tx.update(DeliveryEntity, { id }, { ...result, finishedAt: now, body: null });
}

/** Deletes deliveries that were over before an instant, a bounded number at a time. Answers how many. */
export async function deleteFinishedDeliveries(tx: Tx, before: Date): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM notification_delivery WHERE id IN (SELECT id FROM notification_delivery WHERE finished_at < $1 LIMIT ${BATCH})`,
    [before],
  );
}
