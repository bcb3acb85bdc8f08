import { Injectable, Logger } from '@nestjs/common';
import { type Lead, Transactions } from '#database';
import { Clock, instantOf } from '#kernel';
import { Grants, ParkProposals } from '#subsidy';

/** Ends proposals that nobody decided on in time, and lets what is unspent of expired grants lapse back to their programmes (rules F8, F9). */
@Injectable()
export class LapsesLoop {
  readonly #log = new Logger('lapses');

  constructor(
    private readonly transactions: Transactions,
    private readonly grants: Grants,
    private readonly proposals: ParkProposals,
    private readonly clock: Clock,
  ) {}

  async turn(lead: Lead): Promise<undefined> {
    const lapsed = await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      // First: what a claw-back held of an expired grant lapses in the same turn.
      await this.proposals.expireDue(tx, instantOf(this.clock.now()));
      return await this.grants.lapseDue(tx, instantOf(this.clock.now()));
    });
    if (lapsed.length > 0) this.#log.log(`${lapsed.length} grants lapsed`);
  }
}
