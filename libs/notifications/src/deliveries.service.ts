import { Inject, Injectable, Logger } from '@nestjs/common';
import { Transactions, type Tx } from '#database';
import { type Channel, CHANNELS, type SendOutcome } from './channels/channel.ts';
import { LINK_ISSUERS, type LinkIssuer } from './channels/secret-links.ts';
import { dueDeliveries, finishDelivery, lockDelivery, recordAttempt, recordDeliveryFailure } from './deliveries.queries.ts';
import type { DeliveryEntity } from './delivery.entity.ts';
import type { SecretLink } from './domain/notification.ts';
import { channelPauseMs, messagePauseMs } from './domain/retry.ts';
import type { RunFenced } from './fenced-transactions.ts';
import { DeliveryClock, MAIL_SETTINGS, type MailSettings } from './notification-settings.ts';

/** Messages of one turn through one channel, so that a turn ends within minutes whatever is queued. */
const MESSAGES_PER_TURN = 200;
/** A turn begins no further message after so long: a slow mail server must not keep a process from stopping. */
const LONGEST_TURN_MS = 10_000;
/** Messages that one channel sends at the same time. */
const SENDERS = 4;

/** A delivery whose attempt is counted, with the text to send. */
interface Attempt {
  readonly delivery: DeliveryEntity;
  readonly text: string;
}

interface SentMessages {
  readonly sent: number;
  /** Why the channel took no message, if so. */
  readonly unavailable: string | undefined;
}

/** When a channel that was unavailable is tried again. */
interface ChannelPause {
  readonly failures: number;
  readonly until: number;
}

/**
 * Sends queued deliveries, each at least once. An attempt is counted before it is made and its outcome is written after it: a process
 * that dies between the two leaves a delivery that is sent again, with the same message id. A message that fails is tried again with
 * growing pauses until its time is over; a channel that is unavailable pauses as a whole.
 */
@Injectable()
export class DeliveriesService {
  readonly #log = new Logger('deliveries');
  readonly #pauses = new Map<string, ChannelPause>();
  readonly #issuers: ReadonlyMap<string, LinkIssuer>;

  constructor(
    private readonly transactions: Transactions,
    @Inject(CHANNELS) private readonly channels: readonly Channel[],
    @Inject(LINK_ISSUERS) issuers: readonly LinkIssuer[],
    @Inject(MAIL_SETTINGS) private readonly settings: MailSettings,
    private readonly clock: DeliveryClock,
  ) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.kind, issuer]));
  }

  /** Sends a bounded number of messages through each channel. Answers whether more may be due. */
  async deliverDue(run: RunFenced): Promise<boolean> {
    let isMoreDue = false;
    for (const channel of this.channels) {
      if ((this.#pauses.get(channel.name)?.until ?? 0) > this.clock.now().getTime()) continue;
      const ids = await dueDeliveries(this.transactions.reader, channel.name, MESSAGES_PER_TURN, this.clock.now());
      const { sent, unavailable } = await this.#sendAll(run, channel, ids);
      if (unavailable !== undefined) this.#pause(channel, sent > 0, unavailable);
      else if (sent > 0) this.#pauses.delete(channel.name);
      isMoreDue ||= unavailable === undefined && (ids.length === MESSAGES_PER_TURN || sent < ids.length);
    }
    return isMoreDue;
  }

  /** Stops when the channel is unavailable, and when the turn has lasted long enough. */
  async #sendAll(run: RunFenced, channel: Channel, ids: readonly string[]): Promise<SentMessages> {
    const waiting = ids.values();
    const endsAt = this.clock.now().getTime() + LONGEST_TURN_MS;
    let [sent, unavailable]: [number, string | undefined] = [0, undefined];
    const sender = async (): Promise<void> => {
      for (const id of waiting) {
        const outcome = await this.#deliver(run, channel, id);
        if (outcome?.kind === 'unavailable') unavailable = outcome.reason;
        else sent += 1;
        if (unavailable !== undefined || this.clock.now().getTime() >= endsAt) return;
      }
    };
    const senders = await Promise.allSettled(Array.from({ length: SENDERS }, sender));
    for (const result of senders) if (result.status === 'rejected') throw result.reason;
    return { sent, unavailable };
  }

  #pause({ name }: Channel, hasSent: boolean, reason: string): void {
    const failures = hasSent ? 1 : (this.#pauses.get(name)?.failures ?? 0) + 1;
    const pauseMs = channelPauseMs(failures);
    this.#pauses.set(name, { failures, until: this.clock.now().getTime() + pauseMs });
    this.#log.warn(`${name} is unavailable and pauses for ${pauseMs / 1_000} s: ${reason}`);
  }

  /** Undefined when there was nothing to send any more, or the attempt could not begin. */
  async #deliver(run: RunFenced, channel: Channel, id: string): Promise<SendOutcome | undefined> {
    const attempt = await this.#beginOrPostpone(run, id);
    if (attempt === undefined) return undefined;
    const { recipient, subject } = attempt.delivery;
    const outcome = await channel.send({ id, recipient, subject, text: attempt.text });
    await run((tx) => this.#finish(tx, attempt.delivery, outcome));
    return outcome;
  }

  /** A delivery that cannot be prepared is postponed, so that it keeps no other from being sent. */
  async #beginOrPostpone(run: RunFenced, id: string): Promise<Attempt | undefined> {
    try {
      return await run((tx) => this.#begin(tx, id));
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      // Where no transaction is possible at all, this one fails too and ends the turn.
      await run(async (tx) => {
        const delivery = await lockDelivery(tx, id);
        if (delivery === undefined) return;
        await recordAttempt(tx, id, new Date(this.clock.now().getTime() + messagePauseMs(delivery.attempts + 1)));
        await recordDeliveryFailure(tx, id, failure);
      });
      this.#log.error(`delivery ${id} cannot be prepared and is tried again later: ${failure}`);
      return undefined;
    }
  }

  /** Counts the attempt; undefined when there is nothing to send any more. */
  async #begin(tx: Tx, id: string): Promise<Attempt | undefined> {
    const delivery = await lockDelivery(tx, id);
    if (delivery === undefined) return undefined;
    const now = this.clock.now();
    if (delivery.giveUpAt <= now) {
      await this.#giveUp(tx, delivery, delivery.failure ?? 'its time was over before it was tried', now);
      return undefined;
    }
    const secret = linkOf(delivery);
    const link = secret === undefined ? '' : await this.#issue(tx, secret, id, now);
    if (link === undefined) {
      await finishDelivery(tx, id, { state: 'given-up', failure: 'its link is no longer wanted' }, now);
      return undefined;
    }
    await recordAttempt(tx, id, new Date(now.getTime() + messagePauseMs(delivery.attempts + 1)));
    return { delivery, text: `${delivery.body ?? ''}${link}` };
  }

  async #finish(tx: Tx, delivery: DeliveryEntity, outcome: SendOutcome): Promise<void> {
    const now = this.clock.now();
    const link = linkOf(delivery);
    if (outcome.kind === 'accepted') {
      await finishDelivery(tx, delivery.id, { state: 'delivered' }, now);
      if (link !== undefined) await this.#issuerOf(link).delivered(tx, link.id, now);
    } else if (outcome.kind === 'refused') await this.#giveUp(tx, delivery, outcome.reason, now);
    else await recordDeliveryFailure(tx, delivery.id, outcome.reason);
  }

  async #giveUp(tx: Tx, delivery: DeliveryEntity, failure: string, now: Date): Promise<void> {
    const { id, subject } = delivery;
    const link = linkOf(delivery);
    this.#log.warn(`delivery ${id} "${subject}" is given up: ${failure}`);
    await finishDelivery(tx, id, { state: 'given-up', failure }, now);
    if (link !== undefined) await this.#issuerOf(link).givenUp(tx, link.id, now);
  }

  async #issue(tx: Tx, link: SecretLink, deliveryId: string, now: Date): Promise<string | undefined> {
    const path = await this.#issuerOf(link).issue(tx, { id: link.id, deliveryId }, now);
    return path === undefined ? undefined : `\n${this.settings.publicUrl}${path}\n`;
  }

  #issuerOf({ kind }: SecretLink): LinkIssuer {
    const issuer = this.#issuers.get(kind);
    if (issuer === undefined) throw new Error(`nothing issues links of the kind ${kind}`);
    return issuer;
  }
}

function linkOf({ linkKind, linkId }: DeliveryEntity): SecretLink | undefined {
  return linkKind === null || linkId === null ? undefined : { kind: linkKind, id: linkId };
}
