import { Inject, Injectable } from '@nestjs/common';
import { Audit, type Actor } from '#audit';
import { type Tx, Transactions } from '#database';
import { DomainError } from '#kernel';
import type { Principal } from './domain/principal.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { Mailer } from './mailer.ts';
import { checkPassword, hashPassword, verifyPassword } from './passwords.ts';
import { fingerprint, newSecret } from './secrets.ts';
import { Sessions } from './sessions.service.ts';
import type { User } from './user.ts';
import { Users } from './users.service.ts';

const LINK_SECONDS = 24 * 3600;

/** A link that was mailed, or one to hand on because it could not be. */
export interface SentLink {
  readonly mailed: boolean;
  /** Present when it was not mailed. */
  readonly link?: string;
}

/** Choosing a password: the first by a link, another by a link or by the present one. It ends the person's other sessions. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly mailer: Mailer,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /** Sends `user` a link, good for a day and once. */
  async send(actor: Actor, user: Pick<User, 'id' | 'email' | 'name'>): Promise<SentLink> {
    const token = newSecret('mss_pw_');
    const now = this.clock.now();
    await this.transactions.run(async (tx) => {
      await tx.query(`INSERT INTO password_link (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`, [
        fingerprint(token),
        user.id,
        now,
        new Date(now.getTime() + LINK_SECONDS * 1000),
      ]);
      await this.audit.record(tx, { actor, action: 'password-link.sent', objectType: 'user', objectId: user.id });
    });
    // After the fragment sign, so that it appears in no server's log.
    const link = `${this.settings.publicUrl}/password#${token}`;
    const mailed = await this.mailer.send({
      to: user.email,
      subject: 'Speedspace：设置密码 / choose a password',
      text: `${user.name}，您好：\n\n请在 24 小时内打开以下链接设置密码。\nOpen this link within 24 hours to choose a password:\n\n${link}\n`,
    });
    return mailed ? { mailed } : { mailed, link };
  }

  /** What somebody who forgot theirs asks for. Says the same whether there is such an account or not. */
  async request(email: string, address: string | undefined): Promise<void> {
    const user = await this.transactions.run((tx) => this.users.byEmail(tx, email));
    if (user?.status !== 'active') return;
    await this.send({ kind: 'user', id: user.id, name: user.name, ...(address !== undefined && { address }) }, user);
  }

  /** @throws DomainError `password-link.refused`, or what is wrong with the password */
  async choose(token: string, password: string, address: string | undefined): Promise<void> {
    await this.transactions.run(async (tx) => {
      const [link] = await tx.query<{ userId: string }[]>(
        `SELECT user_id AS "userId" FROM password_link WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 FOR UPDATE`,
        [fingerprint(token), this.clock.now()],
      );
      if (link === undefined) {
        throw new DomainError('password-link.refused', {
          field: '/token',
          detail: 'This link was used already, or is older than a day.',
          remedy: 'Ask for a new one.',
        });
      }
      const user = await this.users.get(tx, link.userId);
      await tx.query(`UPDATE password_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL`, [user.id, this.clock.now()]);
      await this.#set(tx, { kind: 'user', id: user.id, name: user.name, ...(address !== undefined && { address }) }, user, password);
    });
  }

  /** @throws DomainError `password.wrong`, or what is wrong with the new one */
  async change(principal: Principal, input: { present: string; password: string }): Promise<void> {
    await this.transactions.run(async (tx) => {
      const [row] = await tx.query<{ hash: string | null }[]>(
        `SELECT password_hash AS hash FROM app_user WHERE id = $1 FOR NO KEY UPDATE`,
        [principal.id],
      );
      if (!(await verifyPassword(row?.hash ?? null, input.present))) {
        throw new DomainError('password.wrong', { field: '/present', detail: 'This is not your present password.' });
      }
      await this.#set(tx, principal, await this.users.get(tx, principal.id), input.password, principal.sessionId);
    });
  }

  async #set(tx: Tx, actor: Actor, user: User, password: string, keep?: string): Promise<void> {
    checkPassword(password, user);
    await tx.query(`UPDATE app_user SET password_hash = $2, failed_sign_ins = 0, locked_until = NULL, updated_at = $3 WHERE id = $1`, [
      user.id,
      await hashPassword(password),
      this.clock.now(),
    ]);
    await this.sessions.revokeOthers(tx, user.id, 'password changed', keep);
    await this.audit.record(tx, { actor, action: 'password.changed', objectType: 'user', objectId: user.id });
  }
}
