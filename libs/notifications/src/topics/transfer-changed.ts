import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { TRANSFER_CHANGED, type TransferChanged } from '#funding';
import { activePerson, holdersOf } from '#identity';
import { formatMoney } from '#kernel';
import { membersOf } from '#tenancy';
import type { Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

const STATES = {
  pending: { zh: '待复核', en: 'waits for a second person of finance' },
  confirmed: { zh: '已入账', en: 'is posted' },
  rejected: { zh: '已驳回', en: 'is rejected' },
  reversed: { zh: '已冲正', en: 'is reversed' },
} as const;

/** Tells finance of a bank transfer that waits, and the owners of the company of one that was posted or reversed. */
@Injectable()
export class TransferChangedTopic implements TopicHandler<TransferChanged> {
  readonly topic = TRANSFER_CHANGED;
  readonly giveUpAfterMs = 3 * DAY_MS;

  async notifications(
    tx: Tx,
    { id, tenantId, direction, state, amountFen, reference, by, reason }: TransferChanged,
  ): Promise<Notification[]> {
    const [word, amount] = [STATES[state], formatMoney(BigInt(amountFen))];
    const what = direction === 'in' ? { zh: '到账', en: 'into the wallet' } : { zh: '退款', en: 'out of the wallet' };
    return (await this.#people(tx, tenantId, state, by)).map((recipient) => ({
      recipient,
      title: { zh: `银行${what.zh} ${amount} ${word.zh}`, en: `bank transfer ${what.en} ${word.en}` },
      text: {
        zh: `银行流水 ${reference}，金额 ${amount}，${word.zh}。`,
        en: `The bank transfer ${reference} of ${amount} ${what.en} ${word.en}.`,
      },
      details: `  ${id}${reason === reference ? '' : `: ${reason}`}`,
      isMailed: true,
      isNotice: true,
    }));
  }

  /** Whoever has to act next, or whose money it is. */
  async #people(tx: Tx, tenantId: string, state: TransferChanged['state'], by: string): Promise<Notification['recipient'][]> {
    if (state === 'pending' || state === 'rejected') {
      const finance = (await holdersOf(tx, 'finance')).filter(({ id }) => id !== by);
      return finance.map(({ id, email, name }) => ({ userId: id, email, name }));
    }
    const owners = (await membersOf(tx, tenantId)).filter(({ role }) => role === 'owner');
    const people: Notification['recipient'][] = [];
    for (const { userId, email, name } of owners) if ((await activePerson(tx, userId)) !== undefined) people.push({ userId, email, name });
    return people;
  }
}
