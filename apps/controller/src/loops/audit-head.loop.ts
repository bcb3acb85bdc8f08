import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { AuditTrailService } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { Clock } from '#kernel';
import { SigningKeysService } from '#signing';
import { Leading } from '../schedules/leading.decorator.ts';

/**
 * Reports the head of the audit trail once a day, to the log and through the outbox to the auditors: whoever could change the trail and its
 * chain together cannot change what is in the auditors' mailboxes and in the log.
 */
@Injectable()
export class AuditHeadLoop {
  readonly #log = new Logger('audit-head');

  constructor(
    private readonly transactions: Transactions,
    private readonly trail: AuditTrailService,
    private readonly clock: Clock,
    private readonly keys: SigningKeysService,
  ) {}

  /** Looks more often than once a day, so that a day on which the controller was down is made up for soon. */
  @Cron('0 */10 * * * *')
  @Leading('audit-head')
  async reportHead(term: LeaderTerm): Promise<void> {
    const head = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.trail.reportHead(tx, this.clock.now(), await this.keys.current(tx));
    });
    if (head !== undefined) this.#log.log(JSON.stringify(head));
  }
}
