import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { AuditTrailService, signHead } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { holdersOf, Mailer } from '#identity';
import { Clock } from '#kernel';
import { ControllerSettings } from '../controller-settings.ts';
import { Leading } from '../schedules/leading.decorator.ts';

/**
 * Tells the head of the audit trail outside the database once a day: whoever could change the trail and its chain together cannot change
 * what is in the auditors' mailboxes and in the log.
 */
@Injectable()
export class AuditHeadLoop {
  readonly #log = new Logger('audit-head');

  constructor(
    private readonly transactions: Transactions,
    private readonly trail: AuditTrailService,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
    private readonly settings: ControllerSettings,
  ) {}

  /** Looks more often than once a day, so that a day on which the controller was down is made up for soon. */
  @Cron('0 */10 * * * *')
  @Leading('audit-head')
  async reportHead(term: LeaderTerm): Promise<void> {
    const { head, auditors } = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const found = await this.trail.reportHead(tx, this.clock.now());
      return { head: found, auditors: found === undefined ? [] : await holdersOf(tx, 'auditor') };
    });
    if (head === undefined) return;
    const line = JSON.stringify(signHead(head, this.settings.auditSigningKey));
    this.#log.log(line);
    for (const { email, name } of auditors) {
      await this.mailer.send({
        to: email,
        subject: `Speedspace：审计链第 ${head.seq} 条 / audit trail, event ${head.seq}`,
        text: `${name}，您好：\n\n请保存此邮件。以后可用以下命令核对审计记录未被改动。\nKeep this letter. Later it shows that the audit trail was not changed since:\n\n  mss audit verify --head head.json --key park.pem\n\nhead.json:\n\n${line}\n`,
      });
    }
  }
}
