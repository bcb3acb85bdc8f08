import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Tx } from '#database';
import {
  INVITATION_SENT,
  invitationPath,
  mailedInvitation,
  recordInvitationMailed,
  recordInvitationMailFailed,
  renewInvitationSecret,
} from '#tenancy';
import type { LinkIssuer, LinkRequest } from '../channels/secret-links.ts';
import type { Notification } from '../domain/notification.ts';
import { DeliveryClock } from '../notification-settings.ts';
import type { TopicHandler } from './topic.ts';

type InvitationSent = z.infer<typeof INVITATION_SENT.data>;

const KIND = 'invitation';
const DAY_MS = 86_400_000;

/** Mails a person an invitation into a company. */
@Injectable()
export class InvitationTopic implements TopicHandler<InvitationSent>, LinkIssuer {
  readonly topic = INVITATION_SENT;
  readonly giveUpAfterMs = 3 * DAY_MS;
  readonly kind = KIND;

  constructor(private readonly clock: DeliveryClock) {}

  async notifications(tx: Tx, { invitationId, inviterName }: InvitationSent): Promise<Notification[]> {
    const invitation = await mailedInvitation(tx, invitationId, this.clock.now());
    if (invitation === undefined) return [];
    const { email, companyName } = invitation;
    return [
      {
        recipient: { email, name: '' },
        title: { zh: `${companyName} 邀请您加入`, en: 'invites you' },
        text: {
          zh: `${inviterName} 邀请您加入 ${companyName}。请在 7 天内打开以下链接。`,
          en: `${inviterName} invites you to ${companyName}. Open this link within 7 days:`,
        },
        link: { kind: KIND, id: invitationId },
        isMailed: true,
        isNotice: false,
      },
    ];
  }

  async issue(tx: Tx, { id }: LinkRequest, now: Date): Promise<string | undefined> {
    const token = await renewInvitationSecret(tx, id, now);
    return token === undefined ? undefined : invitationPath(token);
  }

  async delivered(tx: Tx, id: string, now: Date): Promise<void> {
    await recordInvitationMailed(tx, id, now);
  }

  async givenUp(tx: Tx, id: string, now: Date): Promise<void> {
    await recordInvitationMailFailed(tx, id, now);
  }
}
