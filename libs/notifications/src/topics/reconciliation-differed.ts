import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { holdersOf } from '#identity';
import { RECONCILIATION_DIFFERED, type ReconciliationDiffered } from '#statements';
import type { Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

/** Tells finance and the operators of differences that a nightly reconciliation found for the first time. */
@Injectable()
export class ReconciliationDifferedTopic implements TopicHandler<ReconciliationDiffered> {
  readonly topic = RECONCILIATION_DIFFERED;
  readonly giveUpAfterMs = 3 * DAY_MS;

  async notifications(tx: Tx, { month, count, differences }: ReconciliationDiffered): Promise<Notification[]> {
    const people = await holdersOf(tx, 'finance', 'operator');
    const listed = differences.map(({ about, code, reason }) => `  ${about}: ${reason} (${code})`);
    return people.map(({ id, email, name }) => ({
      recipient: { userId: id, email, name },
      title: { zh: `${month} 对账发现 ${count} 处新差异`, en: `reconciliation of ${month}: ${count} new differences` },
      text: {
        zh: `夜间对账在 ${month} 中发现 ${count} 处原因不明的新差异，请核查。命令：mss reconcile ${month}`,
        en: `The nightly reconciliation found ${count} new differences in ${month} without a known cause. Look at them with: mss reconcile ${month}`,
      },
      details: listed.join('\n'),
      isMailed: true,
      isNotice: true,
    }));
  }
}
