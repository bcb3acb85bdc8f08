import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { holdersOf } from '#identity';
import { MONTH_READY, type MonthReady } from '#statements';
import type { Notification } from '../domain/notification.ts';
import { MAIL_SETTINGS, type MailSettings } from '../notification-settings.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

/** Tells the people of finance that a month can be closed, and what its checklist asks them to look at. */
@Injectable()
export class MonthReadyTopic implements TopicHandler<MonthReady> {
  readonly topic = MONTH_READY;
  readonly giveUpAfterMs = 7 * DAY_MS;

  constructor(@Inject(MAIL_SETTINGS) private readonly settings: MailSettings) {}

  async notifications(tx: Tx, { month, attention, closedAfterDays }: MonthReady): Promise<Notification[]> {
    const finance = await holdersOf(tx, 'finance');
    const commands = [`  mss month check ${month}`, `  mss month close ${month}`, `  ${this.settings.publicUrl}/months/${month}`];
    return finance.map(({ id, email, name }) => ({
      recipient: { userId: id, email, name },
      title: { zh: `${month} 可以结账`, en: `${month} can be closed` },
      text: { zh: chinese(attention, closedAfterDays), en: english(attention, closedAfterDays) },
      details: [...attention.map((detail) => `  ${detail}`), ...commands].join('\n'),
      isMailed: true,
      isNotice: true,
    }));
  }
}

function chinese({ length }: readonly string[], days: number | null): string {
  const look = length === 0 ? '' : `检查清单中有 ${length} 项需要留意。`;
  if (days === null) return `该月已结束，用量已全部计费。${look}请由一位财务人员申请结账，另一位确认。`;
  return `该月已结束，用量已全部计费。${look}若无需留意的事项，系统将在月末 ${days} 天后自动结账；否则请由两位财务人员结账。`;
}

function english({ length }: readonly string[], days: number | null): string {
  const over = 'The month is over, and all its usage is charged.';
  const look = length === 0 ? '' : ` ${length} items of its checklist ask for attention.`;
  if (days === null) return `${over}${look} One person of finance requests the closing, another one confirms it.`;
  return `${over}${look} The controller closes it ${days} days after its end if nothing asks for attention; otherwise two people of finance close it.`;
}
