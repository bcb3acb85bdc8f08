import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { type AwaitedStep, awaitedSteps, type Reminder, STEPS_DUE } from '#applications';
import type { Tx } from '#database';
import type { Notification } from '../domain/notification.ts';
import { MAIL_SETTINGS, type MailSettings } from '../notification-settings.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

/** Reminds those who may take the next step of applications: one message per person, whatever the number of applications. */
@Injectable()
export class ApplicationsDueTopic implements TopicHandler<z.infer<typeof STEPS_DUE.data>> {
  readonly topic = STEPS_DUE;
  readonly giveUpAfterMs = 3 * DAY_MS;

  constructor(@Inject(MAIL_SETTINGS) private readonly settings: MailSettings) {}

  async notifications(tx: Tx, { reminders }: z.infer<typeof STEPS_DUE.data>): Promise<Notification[]> {
    const steps = await awaitedSteps(
      tx,
      reminders.map(({ applicationId }) => applicationId),
    );
    return [...Map.groupBy(steps, ({ userId }) => userId).values()].map((own) => this.#notification(own, reminders));
  }

  #notification(steps: readonly AwaitedStep[], reminders: readonly Reminder[]): Notification {
    const overdue = new Set(reminders.filter(({ action }) => action === 'overdue').map(({ applicationId }) => applicationId));
    const lines = steps.map(({ applicationId, companyName, programmeName, dueAt }) => {
      const state = overdue.has(applicationId) ? '已逾期 / overdue' : '即将到期 / due soon';
      return `  ${state} ${dueAt.toISOString()}  ${companyName} · ${programmeName}\n  ${this.settings.publicUrl}/applications/${applicationId}`;
    });
    const [first] = steps;
    return {
      recipient: { userId: first?.userId, email: first?.email ?? '', name: first?.name ?? '' },
      title: {
        zh: `${steps.length} 份申请待您处理`,
        en: `${steps.length === 1 ? 'an application waits' : `${steps.length} applications wait`} for you`,
      },
      text: { zh: '以下申请等待您审批。', en: 'You can take the next step of these applications:' },
      details: lines.join('\n'),
      isMailed: true,
      isNotice: true,
    };
  }
}
