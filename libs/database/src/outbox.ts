import type { z } from 'zod';

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
