import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { Clock, instantOf } from '#kernel';
import { ParkProposalsService } from '#applications';
import { LapsesService } from '#grants';
import { Leading } from '../schedules/leading.decorator.ts';

/** Tenants whose grants lapse in one transaction. */
const BATCH = 200;

/** Ends proposals that nobody decided on in time, and returns the unspent amounts of expired grants to their programmes (rules F8, F9). */
@Injectable()
export class LapsesLoop {
  readonly #log = new Logger('lapses');

  constructor(
    private readonly transactions: Transactions,
    private readonly lapses: LapsesService,
    private readonly proposals: ParkProposalsService,
    private readonly clock: Clock,
  ) {}

  @Cron('0 * * * * *')
  @Leading('lapses')
  async lapseDue(term: LeaderTerm): Promise<void> {
    // Proposals end first, so that what a claw-back held of an expired grant lapses in the same turn.
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.proposals.expireDue(tx, instantOf(this.clock.now()));
    });
    const tenantIds = await this.lapses.tenantsDue(this.transactions.reader, instantOf(this.clock.now()));
    const { results, failed } = await inIsolatedBatches(
      tenantIds,
      BATCH,
      async (batch) =>
        await this.transactions.run(async (tx) => {
          await term.fence(tx);
          return await this.lapses.lapseDue(tx, instantOf(this.clock.now()), batch);
        }),
    );
    for (const { item, error } of failed) this.#log.error(`the grants of ${item} cannot lapse: ${String(error)}`);
    const lapsed = results.flat();
    if (lapsed.length > 0) this.#log.log(`${lapsed.length} grants lapsed`);
  }
}
