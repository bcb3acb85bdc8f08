import type { z } from 'zod';
import { runPrepared } from './prepared-statement.ts';
import { notifying } from './signals.ts';
import { acrossTenants } from './tenant-scope.ts';
import type { Tx } from './transactions.ts';

/** A kind of event, and the shape of its data. The data is plain JSON and holds no secret: it stays in the table for weeks. */
export interface OutboxTopic<Data> {
  readonly name: string;
  readonly data: z.ZodType<Data>;
}

/** Signals that an event was recorded. */
export const OUTBOX_TOPIC = 'outbox';

/** An event that waits for its handler. */
export interface OutboxEvent {
  readonly id: bigint;
  readonly topic: string;
  readonly key: string;
  /** As it was recorded, perhaps by another release: the handler parses it with the schema of its topic. */
  readonly data: unknown;
  /** In real time, whatever clock the park runs on. */
  readonly recordedAt: Date;
  /** Attempts that failed. */
  readonly attempts: number;
}

const RECORD = {
  name: 'record outbox event',
  text: `WITH recorded AS (INSERT INTO outbox_event (topic, key, data) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING)
         SELECT ${notifying('$4')}`,
};

/**
 * Records an event of `topic` in the transaction of the fact it reports, so that both are committed or neither. An event whose `key`
 * was recorded before is ignored. A later module handles it: see `notifications`.
 */
export async function recordEvent<Data>(tx: Tx, topic: OutboxTopic<Data>, event: { key: string; data: Data }): Promise<void> {
  const values = [topic.name, `${topic.name}/${event.key}`, JSON.stringify(event.data), OUTBOX_TOPIC];
  // The outbox belongs to no tenant, and a company's people may not read it.
  await acrossTenants(tx, () => runPrepared(tx, RECORD, values));
}
