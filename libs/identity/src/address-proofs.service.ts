import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { SignInClock } from './identity-settings.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { SessionsService } from './sessions.service.ts';
import type { EmailProof, User } from './user.ts';
import { refuseOneself, UsersService } from './users.service.ts';

/**
 * Whether an account belongs to the person of its e-mail address. A link that an administrator handed on proves nothing: whoever
 * holds it may be anybody. Only a mailed link that was used, an address that an OpenID provider verified, or an administrator who
 * answers for it by name makes the proof.
 */
@Injectable()
export class AddressProofsService {
  constructor(
    private readonly audit: AuditService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly tokens: PersonalTokensService,
    private readonly clock: SignInClock,
  ) {}

  /**
   * The person of the address has come. An account that was unproven until now may have been set up by a stranger, so all they set
   * ends first: password, authenticator app, sessions, personal tokens, open links.
   */
  async claim(tx: Tx, actor: Actor, user: User, by: 'mail' | 'oidc'): Promise<User> {
    if (user.emailProvenBy !== null) return user;
    await tx.query(
      `UPDATE app_user SET password_hash = NULL, totp_secret = NULL, totp_key_id = NULL, totp_confirmed_at = NULL WHERE id = $1`,
      [user.id],
    );
    await tx.query(`UPDATE password_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL`, [user.id, this.clock.now()]);
    await this.sessions.revokeOthers(tx, user.id, 'address proven');
    await this.tokens.revokeAll(tx, user.id, 'address proven');
    await this.#prove(tx, actor, user, by);
    return await this.users.get(tx, user.id);
  }

  /**
   * An administrator answers for an address by name, where neither mail nor an OpenID provider can prove it. It is on the trail.
   * @throws DomainError `user.oneself`, `user.proven`
   */
  async vouch(tx: Tx, actor: Actor, id: string, reason: string): Promise<User> {
    refuseOneself(actor, id);
    const user = await this.users.lock(tx, id);
    if (user.emailProvenBy !== null) {
      throw new DomainError('user.proven', {
        detail: `${user.email} is proven already (${user.emailProvenBy}).`,
        remedy: 'Nothing is left to do.',
        kind: 'conflict',
      });
    }
    await this.#prove(tx, { ...actor, reason }, user, 'administrator');
    return await this.users.get(tx, id);
  }

  /** A password was chosen by a link that was handed on: the address is no longer proven. Only for accounts without a role for the park. */
  async withdraw(tx: Tx, actor: Actor, user: User): Promise<void> {
    if (user.emailProvenBy === null) return;
    await tx.query(`UPDATE app_user SET email_proven_at = NULL, email_proven_by = NULL WHERE id = $1`, [user.id]);
    await this.audit.record(tx, {
      actor,
      action: 'user.address-unproven',
      objectType: 'user',
      objectId: user.id,
      before: { emailProvenBy: user.emailProvenBy },
      after: { emailProvenBy: null },
      reason: 'a link that was handed on was used',
    });
  }

  async #prove(tx: Tx, actor: Actor, user: User, by: EmailProof): Promise<void> {
    await tx.query(`UPDATE app_user SET email_proven_at = $2, email_proven_by = $3, updated_at = $2 WHERE id = $1`, [
      user.id,
      this.clock.now(),
      by,
    ]);
    await this.audit.record(tx, {
      actor,
      action: 'user.address-proven',
      objectType: 'user',
      objectId: user.id,
      before: { emailProvenBy: user.emailProvenBy },
      after: { emailProvenBy: by },
    });
  }
}
