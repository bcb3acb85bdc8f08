import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditService } from '#audit';
import type { Tx } from '#database';
import { activePerson, mailedPasswordLink, PASSWORD_LINK_ASKED, passwordLinkPath, setLinkMailFailure } from '#identity';
import type { LinkIssuer, LinkRequest } from '../channels/secret-links.ts';
import type { Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

type PasswordLinkAsked = z.infer<typeof PASSWORD_LINK_ASKED.data>;

const KIND = 'password-link';
const DAY_MS = 86_400_000;

/** Mails a person a link to choose a password. */
@Injectable()
export class PasswordLinkTopic implements TopicHandler<PasswordLinkAsked>, LinkIssuer {
  readonly topic = PASSWORD_LINK_ASKED;
  readonly giveUpAfterMs = DAY_MS;
  readonly kind = KIND;

  constructor(private readonly audit: AuditService) {}

  async notifications(tx: Tx, { userId, request }: PasswordLinkAsked): Promise<Notification[]> {
    const person = userId === null ? undefined : await activePerson(tx, userId);
    if (person === undefined) return [];
    const { id, email, name } = person;
    // What an administrator sends is recorded with the request; recording here keeps the answer to a stranger as quick for an account.
    if (request !== undefined) {
      const actor = { kind: 'user', id, name, ...(request.address !== undefined && { address: request.address }) } as const;
      await this.audit.record(tx, { actor, action: 'password-link.sent', objectType: 'user', objectId: id });
    }
    return [
      {
        recipient: { userId: id, email, name },
        title: { zh: '设置密码', en: 'choose a password' },
        text: { zh: '请在 24 小时内打开以下链接设置密码。', en: 'Open this link within 24 hours to choose a password:' },
        link: { kind: KIND, id },
        isMailed: true,
        isNotice: false,
      },
    ];
  }

  async issue(tx: Tx, { id, deliveryId }: LinkRequest, now: Date): Promise<string | undefined> {
    if ((await activePerson(tx, id)) === undefined) return undefined;
    const token = await mailedPasswordLink(tx, id, deliveryId, now);
    return token === undefined ? undefined : passwordLinkPath(token);
  }

  async delivered(tx: Tx, id: string): Promise<void> {
    await setLinkMailFailure(tx, id, null);
  }

  async givenUp(tx: Tx, id: string, now: Date): Promise<void> {
    await setLinkMailFailure(tx, id, now);
  }
}
