import { Injectable } from '@nestjs/common';
import { DeliveriesService } from './deliveries.service.ts';
import type { RunFenced } from './fenced-transactions.ts';
import { OutboxRelayService } from './outbox-relay.service.ts';

/** The work of one turn of the notifications loop. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly relay: OutboxRelayService,
    private readonly deliveries: DeliveriesService,
  ) {}

  /** Turns due events into messages and sends due messages, a bounded number of each. Answers whether more may be due. */
  async turn(run: RunFenced): Promise<boolean> {
    const moreEvents = await this.relay.relay(run);
    const moreMessages = await this.deliveries.deliverDue(run);
    return moreEvents || moreMessages;
  }
}
