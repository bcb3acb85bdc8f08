import { Inject, Injectable, Logger } from '@nestjs/common';
import { dueEvents, inIsolatedBatches, lockEvents, markHandled, type OutboxEvent, recordFailure, Transactions, type Tx } from '#database';
import { Clock } from '#kernel';
import { type Channel, CHANNELS } from './channels/channel.ts';
import { insertDeliveries, type NewDelivery } from './deliveries.queries.ts';
import { mailText, type Notification } from './domain/notification.ts';
import { messagePauseMs } from './domain/retry.ts';
import type { RunFenced } from './fenced-transactions.ts';
import { DeliveryClock } from './notification-settings.ts';
import { insertNotices } from './notices.queries.ts';
import { TOPIC_HANDLERS, type TopicHandler } from './topics/topic.ts';

/** Events of one turn, so that one burst does not keep messages of before from being sent. */
const EVENTS_PER_TURN = 500;
const EVENTS_PER_TRANSACTION = 50;
/** An event that no release could handle for so long is given up. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;

/**
 * Turns the events of the outbox into deliveries and notices. An event is marked in the transaction that writes them, so each is turned
 * into messages once. An event whose handler fails is tried again, and keeps no other from being handled.
 */
@Injectable()
export class OutboxRelayService {
  readonly #log = new Logger('outbox');
  readonly #handlers: ReadonlyMap<string, TopicHandler>;

  constructor(
    private readonly transactions: Transactions,
    @Inject(TOPIC_HANDLERS) handlers: readonly TopicHandler[],
    @Inject(CHANNELS) private readonly channels: readonly Channel[],
    private readonly clock: Clock,
    private readonly deliveryClock: DeliveryClock,
  ) {
    this.#handlers = new Map(handlers.map((handler) => [handler.topic.name, handler]));
  }

  /** Handles a bounded number of events. Answers whether more may be due. */
  async relay(run: RunFenced): Promise<boolean> {
    // Events of a topic that only another release knows are left to it.
    const topics = [...this.#handlers.keys()];
    const ids = await dueEvents(this.transactions.reader, topics, EVENTS_PER_TURN, this.deliveryClock.now());
    const { failed } = await inIsolatedBatches(ids, EVENTS_PER_TRANSACTION, (batch) => run((tx) => this.#handle(tx, batch)));
    for (const { item, error } of failed) await run((tx) => this.#recordFailure(tx, item, error));
    return ids.length === EVENTS_PER_TURN;
  }

  async #handle(tx: Tx, ids: readonly bigint[]): Promise<void> {
    const events = await lockEvents(tx, ids);
    for (const event of events) await this.#write(tx, event);
    await markHandled(
      tx,
      events.map(({ id }) => id),
      this.deliveryClock.now(),
    );
  }

  async #write(tx: Tx, event: OutboxEvent): Promise<void> {
    const handler = this.#handlers.get(event.topic);
    if (handler === undefined) return;
    const notifications = await handler.notifications(tx, handler.topic.data.parse(event.data));
    const giveUpAt = new Date(event.recordedAt.getTime() + handler.giveUpAfterMs);
    const deliveries = notifications.flatMap((notification) => this.#deliveries(event, notification, giveUpAt));
    await insertDeliveries(tx, deliveries, this.deliveryClock.now());
    const notices = notifications.flatMap(({ isNotice, recipient, ...told }) => {
      if (!isNotice || recipient.userId === undefined) return [];
      return [{ key: `${event.key}/${recipient.userId}`, userId: recipient.userId, topic: event.topic, ...told }];
    });
    await insertNotices(tx, notices, this.clock.now());
  }

  /** A secret link is queued even where no channel is configured: whoever waits for it learns from its failure. */
  #deliveries(event: OutboxEvent, notification: Notification, giveUpAt: Date): NewDelivery[] {
    const { recipient, link, isMailed } = notification;
    if (!isMailed) return [];
    return this.channels
      .filter(({ isConfigured }) => isConfigured || link !== undefined)
      .map(({ name }) => {
        return {
          key: `${event.key}/${name}/${recipient.email}`,
          channel: name,
          recipient: recipient.email,
          link,
          giveUpAt,
          ...mailText(notification),
        };
      });
  }

  async #recordFailure(tx: Tx, id: bigint, error: unknown): Promise<void> {
    const [event] = await lockEvents(tx, [id]);
    if (event === undefined) return;
    const now = this.deliveryClock.now();
    const isGivenUp = now.getTime() >= event.recordedAt.getTime() + GIVE_UP_AFTER_MS;
    const nextAttemptAt = isGivenUp ? undefined : new Date(now.getTime() + messagePauseMs(event.attempts + 1));
    const failure = error instanceof Error ? error.message : String(error);
    this.#log.error(`event ${event.key} ${isGivenUp ? 'is given up' : 'is tried again later'}: ${failure}`);
    await recordFailure(tx, { id, failure, nextAttemptAt }, now);
  }
}
