import { Inject, Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { acrossTenants, lockByName, Transactions } from '#database';
import { DomainError } from '#kernel';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { RequestedMailEntity } from './requested-mail.entity.ts';
import { fingerprint } from './secrets.ts';

const HOUR_MILLISECONDS = 3_600_000;

/** Limits the mails that requests cause within an hour: to one address, and by one requester (a person or a network address). */
@Injectable()
export class MailQuotaService {
  constructor(
    private readonly transactions: Transactions,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /** Whether one more mail may be sent. If so, it is counted. */
  async take(message: { readonly to: string; readonly requester: string }): Promise<boolean> {
    const recipient = fingerprint(message.to);
    const now = this.clock.now();
    const since = new Date(now.getTime() - HOUR_MILLISECONDS);
    return await this.transactions.run((tx) =>
      acrossTenants(tx, async () => {
        // Two requests at once must not both be the last one allowed.
        await lockByName(tx, 'speedspace requested mails');
        await tx.delete(RequestedMailEntity, { at: LessThanOrEqual(since) });
        const { mailsPerAddress, mailsPerRequester } = this.settings;
        const { requester } = message;
        if ((await tx.countBy(RequestedMailEntity, { recipient })) >= mailsPerAddress) return false;
        if ((await tx.countBy(RequestedMailEntity, { requester })) >= mailsPerRequester) return false;
        await tx.insert(RequestedMailEntity, { recipient, requester, at: now });
        return true;
      }),
    );
  }

  /** @throws DomainError `mail.too-many` */
  async require(message: { readonly to: string; readonly requester: string }): Promise<void> {
    if (await this.take(message)) return;
    throw new DomainError('mail.too-many', {
      field: '/email',
      detail: `Within an hour, ${message.to} gets at most ${this.settings.mailsPerAddress} mails, and you may request at most ${this.settings.mailsPerRequester}.`,
      remedy: 'Wait an hour.',
      kind: 'too-many',
    });
  }
}
