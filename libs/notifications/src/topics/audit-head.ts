import { Injectable } from '@nestjs/common';
import { HEAD_REPORTED, type SignedHead } from '#audit';
import type { Tx } from '#database';
import { holdersOf } from '#identity';
import type { Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

/** Gives the auditors the head of the audit trail to keep. */
@Injectable()
export class AuditHeadTopic implements TopicHandler<SignedHead> {
  readonly topic = HEAD_REPORTED;
  readonly giveUpAfterMs = 7 * DAY_MS;

  async notifications(tx: Tx, head: SignedHead): Promise<Notification[]> {
    const auditors = await holdersOf(tx, 'auditor');
    return auditors.map(({ id, email, name }) => ({
      recipient: { userId: id, email, name },
      title: { zh: `审计链第 ${head.seq} 条`, en: `audit trail, event ${head.seq}` },
      text: {
        zh: '请保存此邮件。以后可用以下命令核对审计记录未被改动。',
        en: 'Keep this mail. Later it shows that the audit trail was not changed since:',
      },
      details: `  mss audit verify --head head.json --key park.pem\n\nhead.json:\n\n${JSON.stringify(head)}`,
      isMailed: true,
      isNotice: false,
    }));
  }
}
