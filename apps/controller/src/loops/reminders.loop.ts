import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { type LeaderTerm, Transactions } from '#database';
import { Clock, instantOf } from '#kernel';
import { RemindersService } from '#applications';
import { Leading } from '../schedules/leading.decorator.ts';

/** Reminds the park's people of applications whose next step is due, or overdue, and theirs to take. */
@Injectable()
export class RemindersLoop {
  readonly #log = new Logger('reminders');

  constructor(
    private readonly transactions: Transactions,
    private readonly reminders: RemindersService,
    private readonly clock: Clock,
  ) {}

  @Cron('0 * * * * *')
  @Leading('reminders')
  async remindDue(term: LeaderTerm): Promise<void> {
    const due = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.reminders.remindDue(tx, instantOf(this.clock.now()));
    });
    if (due.length > 0) this.#log.log(`${due.length} applications are due or overdue`);
  }
}
