import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import { type Tx, Transactions } from '#database';
import { DomainError } from '#kernel';
import { AddressProofsService } from './address-proofs.service.ts';
import type { Principal } from './domain/principal.ts';
import { FailedAttemptsService } from './failed-attempts.service.ts';
import { GuardedChangesService, type Proof } from './guarded-changes.service.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { MailQuotaService } from './mail-quota.service.ts';
import { Mailer } from './mailer.ts';
import { networkOf } from './network.ts';
import { checkPassword, hashPassword, verifyPassword } from './passwords.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { fingerprint, newSecret } from './secrets.ts';
import { SessionsService } from './sessions.service.ts';
import type { User } from './user.ts';
import { parseEmail, UsersService } from './users.service.ts';

const LINK_SECONDS = 24 * 3600;

/** A link that was mailed, or one to hand on because it could not be. */
export interface SentLink {
  readonly mailed: boolean;
  /** Present when it was not mailed and whoever asked may hand it on. */
  readonly link?: string;
}

interface OpenLink {
  readonly userId: string;
  readonly delivery: 'mail' | 'hand';
}

/**
 * Choosing a password: the first by a link, another by a link or by the present one. It ends the person's other sessions and all
 * their personal tokens. A mailed link that was used proves the address; it is told to nobody but its mailbox. A link that is handed
 * on is another one, and proves nothing.
 */
@Injectable()
export class PasswordLinksService implements BeforeApplicationShutdown {
  readonly #logger = new Logger('password links');
  readonly #sending = new Set<Promise<void>>();

  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly users: UsersService,
    private readonly proofs: AddressProofsService,
    private readonly sessions: SessionsService,
    private readonly tokens: PersonalTokensService,
    private readonly failures: FailedAttemptsService,
    private readonly changes: GuardedChangesService,
    private readonly quota: MailQuotaService,
    private readonly mailer: Mailer,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /**
   * Sends `user` a link, good for a day and once. With `handOn`, the answer holds another one if no mail server took it.
   * @throws DomainError `mail.too-many`; `password-link.role` when a link would be handed on for an account with a role for the park
   */
  async send(actor: Actor, user: Pick<User, 'id' | 'email' | 'name' | 'parkRoles'>, { handOn }: { handOn: boolean }): Promise<SentLink> {
    if (this.mailer.isConfigured) {
      await this.quota.require({ to: user.email, requester: actor.id });
      const mailed = await this.#mail(actor, user);
      if (mailed) return { mailed };
    }
    if (!handOn) return { mailed: false };
    if (user.parkRoles.length > 0) {
      throw new DomainError('password-link.role', {
        detail: `The link could not be mailed, and ${user.email} has a role for the park: nobody else is given a link to such an account.`,
        remedy: 'Mend the mail server, or take the roles away first (mss user roles); they are granted again once the address is proven.',
        kind: 'conflict',
      });
    }
    return { mailed: false, link: await this.#newLink(actor, user.id, 'hand') };
  }

  /**
   * What somebody who forgot theirs asks for. Takes the same time and says the same whether there is such an account or not: the
   * letter is written after the answer. Beyond the quota of letters, none is written.
   */
  async request(email: string, address: string | undefined): Promise<void> {
    const isWithinQuota = await this.quota.take({ to: parseEmail(email), requester: networkOf(address) });
    const user = await this.transactions.run(async (tx) => {
      const found = await this.users.byEmail(tx, email);
      await this.audit.record(tx, {
        actor: found === undefined ? strangerAt(address) : personOf(found, address),
        action: 'password-link.requested',
        objectType: 'user',
        // What was typed is not recorded: people type passwords into the wrong field.
        objectId: found?.id ?? 'unknown',
      });
      return found;
    });
    if (user?.status !== 'active' || !isWithinQuota || !this.mailer.isConfigured) return;
    const sending = this.#mail(personOf(user, address), user).then(
      () => undefined,
      (error: unknown) => this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  /** Letters that are being written are sent before the process ends. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** @throws DomainError `password-link.refused`, or what is wrong with the password */
  async choose(token: string, password: string, address: string | undefined): Promise<void> {
    await this.transactions.run(async (tx) => {
      const [link] = await tx.query<OpenLink[]>(
        `SELECT user_id AS "userId", delivery FROM password_link WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 FOR UPDATE`,
        [fingerprint(token), this.clock.now()],
      );
      if (link === undefined) throw linkRefused('This link was used already, or is older than a day.');
      const user = await this.users.lock(tx, link.userId);
      const actor = personOf(user, address);
      await tx.query(`UPDATE password_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL`, [user.id, this.clock.now()]);
      if (link.delivery === 'mail') await this.proofs.claim(tx, actor, user, 'mail');
      else if (user.parkRoles.length > 0) throw linkRefused('This account has got a role for the park since the link was made.');
      else await this.proofs.withdraw(tx, actor, user);
      await this.#set(tx, actor, user, password);
    });
  }

  /** @throws DomainError `password.wrong`, `credential.locked`, or what is wrong with the new one */
  async change(principal: Principal, input: { present: string; password: string }): Promise<void> {
    // A new password that will not do is told before the present one is tried.
    checkPassword(input.password, await this.users.get(this.transactions.reader, principal.id));
    const proof: Proof = {
      kind: 'password',
      check: async (tx) => {
        const [row] = await tx.query<{ hash: string | null }[]>(`SELECT password_hash AS hash FROM app_user WHERE id = $1`, [principal.id]);
        return await verifyPassword(row?.hash ?? null, input.present);
      },
      refusal: () =>
        new DomainError('password.wrong', {
          field: '/present',
          detail: 'This is not your present password.',
          remedy: 'Ask for a link to choose a new one if you forgot it.',
        }),
    };
    await this.changes.make(principal, proof, async (tx) => {
      await this.#set(tx, principal, await this.users.get(tx, principal.id), input.password, principal.sessionId);
    });
  }

  async #set(tx: Tx, actor: Actor, user: User, password: string, keep?: string): Promise<void> {
    checkPassword(password, user);
    await tx.query(`UPDATE app_user SET password_hash = $2, updated_at = $3 WHERE id = $1`, [
      user.id,
      await hashPassword(password),
      this.clock.now(),
    ]);
    await this.failures.forgetAll(tx, user.email);
    await this.sessions.revokeOthers(tx, user.id, 'password changed', keep);
    await this.tokens.revokeAll(tx, user.id, 'password changed');
    await this.audit.record(tx, { actor, action: 'password.changed', objectType: 'user', objectId: user.id });
  }

  async #mail(actor: Actor, user: Pick<User, 'id' | 'email' | 'name'>): Promise<boolean> {
    const link = await this.#newLink(actor, user.id, 'mail');
    return await this.mailer.send({
      to: user.email,
      subject: 'Speedspace：设置密码 / choose a password',
      text: `${user.name}，您好：\n\n请在 24 小时内打开以下链接设置密码。\nOpen this link within 24 hours to choose a password:\n\n${link}\n`,
    });
  }

  async #newLink(actor: Actor, userId: string, delivery: OpenLink['delivery']): Promise<string> {
    const token = newSecret('mss_pw_');
    const now = this.clock.now();
    await this.transactions.run(async (tx) => {
      await tx.query(`INSERT INTO password_link (hash, user_id, delivery, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`, [
        ...[fingerprint(token), userId, delivery],
        ...[now, new Date(now.getTime() + LINK_SECONDS * 1000)],
      ]);
      const action = delivery === 'mail' ? 'password-link.sent' : 'password-link.handed-on';
      await this.audit.record(tx, { actor, action, objectType: 'user', objectId: userId });
    });
    // After the fragment sign, so that it appears in no server's log.
    return `${this.settings.publicUrl}/password#${token}`;
  }
}

/** The person of an account, as the actor of what its own link does. */
function personOf(user: Pick<User, 'id' | 'name'>, address: string | undefined): Actor {
  return { kind: 'user', id: user.id, name: user.name, ...(address !== undefined && { address }) };
}

/** Somebody who has not signed in, and is nobody we know. */
function strangerAt(address: string | undefined): Actor {
  return { kind: 'system', id: 'sign-in', name: 'sign-in', ...(address !== undefined && { address }) };
}

function linkRefused(detail: string): DomainError {
  return new DomainError('password-link.refused', { field: '/token', detail, remedy: 'Ask for a new one.' });
}
