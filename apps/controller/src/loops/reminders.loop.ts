import { Inject, Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { type LeaderTerm, Transactions } from '#database';
import { type MailMessage, MAIL_SETTINGS, Mailer, type MailSettings } from '#identity';
import { Clock, instantOf } from '#kernel';
import { type AwaitedStep, type Reminder, RemindersService } from '#applications';
import { Leading } from '../schedules/leading.decorator.ts';

/** Reminds the park's people of applications whose next step is due, or overdue, and theirs to take. */
@Injectable()
export class RemindersLoop {
  readonly #log = new Logger('reminders');

  constructor(
    private readonly transactions: Transactions,
    private readonly reminders: RemindersService,
    private readonly mailer: Mailer,
    @Inject(MAIL_SETTINGS) private readonly mail: MailSettings,
    private readonly clock: Clock,
  ) {}

  @Cron('0 * * * * *')
  @Leading('reminders')
  async remindDue(term: LeaderTerm): Promise<void> {
    const { due, awaited } = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const found = await this.reminders.remindDue(tx, instantOf(this.clock.now()));
      const ids = found.map(({ applicationId }) => applicationId);
      return { due: found, awaited: found.length === 0 ? [] : await this.reminders.awaited(tx, ids) };
    });
    if (due.length === 0) return;
    // The reminders stand in the applications' history now, whether or not the letters arrive.
    for (const own of Map.groupBy(awaited, ({ userId }) => userId).values())
      await this.mailer.send(messageOf(own, due, this.mail.publicUrl));
    this.#log.log(`${due.length} applications are due or overdue`);
  }
}

/** One letter per person, whatever the number of applications. */
function messageOf(steps: readonly AwaitedStep[], due: readonly Reminder[], publicUrl: string): MailMessage {
  const overdue = new Set(due.filter(({ action }) => action === 'overdue').map(({ applicationId }) => applicationId));
  const lines = steps.map(({ applicationId, companyName, programmeName, dueAt }) => {
    const word = overdue.has(applicationId) ? '已逾期 / overdue' : '即将到期 / due soon';
    return `  ${word} ${dueAt.toISOString()}  ${companyName} · ${programmeName}\n  ${publicUrl}/applications/${applicationId}`;
  });
  return {
    to: steps[0]?.email ?? '',
    subject: `Speedspace：${steps.length} 份申请待您处理 / applications wait for you`,
    text: `${steps[0]?.name ?? ''}，您好：\n\n以下申请等待您审批。\nThese applications wait for your word:\n\n${lines.join('\n')}\n`,
  };
}
