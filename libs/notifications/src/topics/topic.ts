import type { OutboxTopic, Tx } from '#database';
import type { Notification } from '../domain/notification.ts';

/** Where the handlers of the topics are injected from. */
export const TOPIC_HANDLERS = Symbol('topic handlers');

/** Turns an event of one topic into what people are told of it: who is told, and the text. */
export interface TopicHandler<Data = unknown> {
  readonly topic: OutboxTopic<Data>;
  /** How long messages about it are tried. */
  readonly giveUpAfterMs: number;
  notifications(tx: Tx, data: Data): Promise<Notification[]>;
}
