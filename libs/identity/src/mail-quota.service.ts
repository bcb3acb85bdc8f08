import { Inject, Injectable } from '@nestjs/common';
import { acrossTenants, Transactions } from '#database';
import { DomainError } from '#kernel';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { fingerprint } from './secrets.ts';

const HOUR_MILLISECONDS = 3_600_000;

/** Bounds the mails that people cause by asking: per hour, to one address, and by one requester (a person, or a network address). */
@Injectable()
export class MailQuotaService {
  constructor(
    private readonly transactions: Transactions,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /** Whether one more letter may be sent; it counts by that. */
  async take(message: { readonly to: string; readonly requester: string }): Promise<boolean> {
    const recipient = fingerprint(message.to);
    const now = this.clock.now();
    const since = new Date(now.getTime() - HOUR_MILLISECONDS);
    return await this.transactions.run((tx) =>
      acrossTenants(tx, async () => {
        // Two requests at once must not both be the last one allowed.
        await tx.query(`SELECT pg_advisory_xact_lock(hashtext('requested letters'))`);
        await tx.query(`DELETE FROM requested_letter WHERE at <= $1`, [since]);
        const [counted] = await tx.query<{ received: bigint; caused: bigint }[]>(
          `SELECT count(*) FILTER (WHERE recipient = $1) AS received, count(*) FILTER (WHERE requester = $2) AS caused
           FROM requested_letter WHERE (recipient = $1 OR requester = $2) AND at > $3`,
          [recipient, message.requester, since],
        );
        const { mailsPerAddress, mailsPerRequester } = this.settings;
        if (counted === undefined || counted.received >= mailsPerAddress || counted.caused >= mailsPerRequester) return false;
        await tx.query(`INSERT INTO requested_letter (recipient, requester, at) VALUES ($1, $2, $3)`, [recipient, message.requester, now]);
        return true;
      }),
    );
  }

  /** @throws DomainError `mail.too-many` */
  async require(message: { readonly to: string; readonly requester: string }): Promise<void> {
    if (await this.take(message)) return;
    throw new DomainError('mail.too-many', {
      field: '/email',
      detail: `Within an hour, ${message.to} is sent at most ${this.settings.mailsPerAddress} mails, and you cause at most ${this.settings.mailsPerRequester}.`,
      remedy: 'Wait an hour.',
      kind: 'too-many',
    });
  }
}
