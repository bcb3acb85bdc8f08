import { Injectable, Logger } from '@nestjs/common';
import { type Lead, Transactions } from '#database';
import { Clock, instantOf } from '#kernel';
import { Grants } from '#subsidy';

/** Lets what is unspent of expired grants lapse back to their programmes (rule F8). */
@Injectable()
export class LapsesLoop {
  readonly #log = new Logger('lapses');

  constructor(
    private readonly transactions: Transactions,
    private readonly grants: Grants,
    private readonly clock: Clock,
  ) {}

  async turn(lead: Lead): Promise<undefined> {
    const lapsed = await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      return await this.grants.lapseDue(tx, instantOf(this.clock.now()));
    });
    if (lapsed.length > 0) this.#log.log(`${lapsed.length} grants lapsed`);
  }
}
