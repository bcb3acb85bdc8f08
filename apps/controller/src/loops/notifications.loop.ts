import { Injectable } from '@nestjs/common';
import { type LeaderTerm, Transactions } from '#database';
import { NotificationsService } from '#notifications';

/** Delivers what is recorded in the outbox: mails and notices. */
@Injectable()
export class NotificationsLoop {
  constructor(
    private readonly transactions: Transactions,
    private readonly notifications: NotificationsService,
  ) {}

  /** @returns 0 where more is due than one turn does */
  async turn(term: LeaderTerm): Promise<number | undefined> {
    const isMoreDue = await this.notifications.turn((work) =>
      this.transactions.run(async (tx) => {
        await term.fence(tx);
        return await work(tx);
      }),
    );
    return isMoreDue ? 0 : undefined;
  }
}
