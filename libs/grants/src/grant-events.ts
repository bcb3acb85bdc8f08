import { type Actor, whoActed } from '#audit';
import { notify, type Tx } from '#database';
import { type Instant, newId } from '#kernel';
import type { GrantEventKind } from './domain/grant-event.ts';
import { GrantEventEntity } from './grant-event.entity.ts';
import { insertGrantEvents } from './grant.queries.ts';

const SHOWN = { id: true, at: true, kind: true, amount: true, validUntil: true, actor: true, reason: true } as const;

/** Something that happened to a grant, apart from being spent. */
export interface GrantEvent {
  readonly id: string;
  readonly at: Date;
  readonly kind: GrantEventKind;
  readonly amount: bigint | null;
  /** The end of validity after it, where it moved. */
  readonly validUntil: Date | null;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** Topic of the wake-up signal sent whenever a company may have more to pay with than before. */
export const FUNDS_TOPIC = 'funds';

export interface NewGrantEvent {
  readonly grantId: string;
  readonly tenantId: string;
  readonly kind: GrantEventKind;
  readonly amount?: bigint;
  readonly validUntil?: Date;
  readonly reason?: string;
}

/** One statement, whatever their number. */
export async function recordGrantEvents(tx: Tx, actor: Actor, at: Instant, events: readonly NewGrantEvent[]): Promise<void> {
  if (events.length === 0) return;
  await insertGrantEvents(
    tx,
    whoActed(actor),
    at,
    events.map((event) => ({ ...event, id: newId('event') })),
  );
  await notify(tx, FUNDS_TOPIC);
}

/** What happened to a grant, in the order in which it happened. */
export async function grantEvents(tx: Tx, grantId: string): Promise<GrantEvent[]> {
  return await tx.find(GrantEventEntity, { select: SHOWN, where: { grantId }, order: { position: 'ASC' } });
}
