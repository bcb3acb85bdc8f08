import { Inject, Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { AuditService, type Actor } from '#audit';
import { recordEvent, type Tx, Transactions } from '#database';
import { DomainError, newId } from '#kernel';
import { AddressProofsService } from './address-proofs.service.ts';
import type { Principal } from './domain/principal.ts';
import { FailedAttemptsService } from './failed-attempts.service.ts';
import { GuardedChangesService, type Proof } from './guarded-changes.service.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { MailQuotaService } from './mail-quota.service.ts';
import { handedOnPasswordLink, hasLinkMailFailed, PASSWORD_LINK_ASKED, passwordLinkPath, setLinkMailFailure } from './mailed-links.ts';
import { networkOf } from './network.ts';
import { PasswordLinkEntity } from './password-link.entity.ts';
import { checkPassword, hashPassword, verifyPassword } from './passwords.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { fingerprint } from './secrets.ts';
import { SessionsService } from './sessions.service.ts';
import { UserEntity } from './user.entity.ts';
import type { User } from './user.ts';
import { parseEmail, UsersService } from './users.service.ts';

/** How a link reaches its person: by mail, or handed on. */
export interface SentLink {
  /** Whether a mail with it is queued. The notifications deliver it. */
  readonly mailed: boolean;
  /** Present when no mail is queued and the requester may hand it on. */
  readonly link?: string;
}

/**
 * Sets passwords: the first with a link, later ones with a link or the present password. A new password ends the person's other sessions
 * and all their personal tokens. A mailed link that was used proves the address, because its secret is made when the mail is sent and only
 * the mailbox receives it. A link that is handed on has another secret and is no proof.
 */
@Injectable()
export class PasswordLinksService {
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
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /**
   * Mails `user` a link that is valid for a day and once. With `handOn`, the answer holds another one where the deployment sends no mail,
   * or gave up the last mail with a link to this account.
   * @throws DomainError `mail.too-many`; `password-link.role` when a link would be handed on for an account with a role for the park
   */
  async send(actor: Actor, user: Pick<User, 'id' | 'email' | 'parkRoles'>, { handOn }: { handOn: boolean }): Promise<SentLink> {
    const hasRole = user.parkRoles.length > 0;
    const isHandedOn = handOn && !hasRole && (await hasLinkMailFailed(this.transactions.reader, user.id));
    if (this.settings.sendsMail && !isHandedOn) {
      await this.quota.require({ to: user.email, requester: actor.id });
      await this.transactions.run(async (tx) => {
        await recordEvent(tx, PASSWORD_LINK_ASKED, { key: newId('event'), data: { userId: user.id } });
        await this.#record(tx, actor, 'password-link.sent', user.id);
      });
      return { mailed: true };
    }
    if (!handOn) return { mailed: false };
    if (hasRole) {
      throw new DomainError('password-link.role', {
        detail: `This deployment sends no mail, and ${user.email} has a role for the park: only its own mailbox may get a link to such an account.`,
        remedy: 'Set up a mail server, or take the roles away first (mss user roles); they are granted again once the address is proven.',
        kind: 'conflict',
      });
    }
    return { mailed: false, link: await this.#handOn(actor, user.id) };
  }

  /**
   * Requests a link for a forgotten password. Work and answer are the same whether the account exists or not, so that nobody learns which
   * addresses have one. No mail is sent beyond the quota.
   */
  async request(email: string, address: string | undefined): Promise<void> {
    const isWithinQuota = await this.quota.take({ to: parseEmail(email), requester: networkOf(address) });
    await this.transactions.run(async (tx) => {
      const found = await this.users.byEmail(tx, email);
      await this.audit.record(tx, {
        actor: found === undefined ? strangerAt(address) : personOf(found, address),
        action: 'password-link.requested',
        objectType: 'user',
        // What was typed is not recorded: people type passwords into the wrong field.
        objectId: found?.id ?? 'unknown',
      });
      if (!isWithinQuota || !this.settings.sendsMail) return;
      const data = { userId: found?.status === 'active' ? found.id : null, request: { address } };
      await recordEvent(tx, PASSWORD_LINK_ASKED, { key: newId('event'), data });
    });
  }

  /** @throws DomainError `password-link.refused`, or what is wrong with the password */
  async choose(token: string, password: string, address: string | undefined): Promise<void> {
    await this.transactions.run(async (tx) => {
      const link = await tx.findOne(PasswordLinkEntity, {
        where: { hash: fingerprint(token), usedAt: IsNull(), expiresAt: MoreThan(this.clock.now()) },
        lock: { mode: 'pessimistic_write' },
      });
      if (link === null) throw linkRefused('This link was used already, is older than a day, or a newer mail replaced it.');
      const user = await this.users.lock(tx, link.userId);
      const actor = personOf(user, address);
      await tx.update(PasswordLinkEntity, { userId: user.id, usedAt: IsNull() }, { usedAt: this.clock.now() });
      if (link.delivery === 'mail') await this.proofs.claim(tx, actor, user, 'mail');
      else if (user.parkRoles.length > 0) throw linkRefused('This account has got a role for the park since the link was made.');
      else await this.proofs.withdraw(tx, actor, user);
      await this.#set(tx, actor, user, password);
    });
  }

  /** @throws DomainError `password.wrong`, `credential.locked`, or what is wrong with the new one */
  async change(principal: Principal, input: { present: string; password: string }): Promise<void> {
    // A new password that is not acceptable is refused before the present one is checked.
    checkPassword(input.password, await this.users.get(this.transactions.reader, principal.id));
    const proof: Proof = {
      kind: 'password',
      check: async (tx) => {
        const account = await tx.findOneBy(UserEntity, { id: principal.id });
        return await verifyPassword(account?.passwordHash ?? null, input.present);
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
    await tx.update(UserEntity, { id: user.id }, { passwordHash: await hashPassword(password), updatedAt: this.clock.now() });
    await this.failures.forgetAll(tx, user.email);
    await this.sessions.revokeOthers(tx, user.id, 'password changed', keep);
    await this.tokens.revokeAll(tx, user.id, 'password changed');
    await this.audit.record(tx, { actor, action: 'password.changed', objectType: 'user', objectId: user.id });
  }

  async #handOn(actor: Actor, userId: string): Promise<string> {
    const token = await this.transactions.run(async (tx) => {
      await setLinkMailFailure(tx, userId, null);
      await this.#record(tx, actor, 'password-link.handed-on', userId);
      return await handedOnPasswordLink(tx, userId, this.clock.now());
    });
    return `${this.settings.publicUrl}${passwordLinkPath(token)}`;
  }

  async #record(tx: Tx, actor: Actor, action: string, userId: string): Promise<void> {
    await this.audit.record(tx, { actor, action, objectType: 'user', objectId: userId });
  }
}

/** The person of an account, as the actor of changes by their own link. */
function personOf(user: Pick<User, 'id' | 'name'>, address: string | undefined): Actor {
  return { kind: 'user', id: user.id, name: user.name, ...(address !== undefined && { address }) };
}

/** A person without a session and without an account. */
function strangerAt(address: string | undefined): Actor {
  return { kind: 'system', id: 'sign-in', name: 'sign-in', ...(address !== undefined && { address }) };
}

function linkRefused(detail: string): DomainError {
  return new DomainError('password-link.refused', { field: '/token', detail, remedy: 'Ask for a new one.' });
}
