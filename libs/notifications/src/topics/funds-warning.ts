import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Tx } from '#database';
import { activePerson } from '#identity';
import { FUNDS_WARNED } from '#jobs';
import type { Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

type FundsWarned = z.infer<typeof FUNDS_WARNED.data>;

const DAY_MS = 86_400_000;

/** Shows whoever submitted jobs when their funds end (rule F6). */
@Injectable()
export class FundsWarningTopic implements TopicHandler<FundsWarned> {
  readonly topic = FUNDS_WARNED;
  readonly giveUpAfterMs = DAY_MS;

  async notifications(tx: Tx, { jobs }: FundsWarned): Promise<Notification[]> {
    const notifications: Notification[] = [];
    for (const [userId, own] of Map.groupBy(jobs, ({ submittedBy }) => submittedBy)) {
      const person = await activePerson(tx, userId);
      if (person === undefined) continue;
      const [first] = own;
      const which =
        own.length === 1 ? { zh: first?.name ?? '', en: first?.name ?? '' } : { zh: `${own.length} 个作业`, en: `${own.length} jobs` };
      notifications.push({
        recipient: { userId, email: person.email, name: person.name },
        title: { zh: `${which.zh} 的资金即将用尽`, en: `the funds of ${which.en} end` },
        text: { zh: '以下作业的资金将用尽，届时作业会停止。', en: 'The funds of these jobs end, and the jobs are stopped then:' },
        details: own.map(({ id, name, exhaustsAt }) => `  ${exhaustsAt}  ${name} (${id})`).join('\n'),
        isMailed: false,
        isNotice: true,
      });
    }
    return notifications;
  }
}
