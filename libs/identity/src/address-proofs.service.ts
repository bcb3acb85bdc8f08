import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditService, type Actor } from '#audit';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { SignInClock } from './identity-settings.ts';
import { PasswordLinkEntity } from './password-link.entity.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { SessionsService } from './sessions.service.ts';
import { UserEntity } from './user.entity.ts';
import type { EmailProof, User } from './user.ts';
import { refuseOneself, UsersService } from './users.service.ts';

/**
 * Whether an account belongs to the person of its e-mail address. A link that an administrator handed on is no proof, because anybody may
 * hold it. Three things are proofs: a mailed link that was used, an address that an OpenID provider verified, and an administrator who
 * answers for the address by name.
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
   * Records that the account belongs to the person of the address. A stranger may have set up an account that was unproven until now, so
   * everything that was set ends first: password, authenticator app, sessions, personal tokens, open links.
   */
  async claim(tx: Tx, actor: Actor, user: User, by: 'mail' | 'oidc'): Promise<User> {
    if (user.emailProvenBy !== null) return user;
    await tx.update(UserEntity, { id: user.id }, { passwordHash: null, totpSecret: null, totpKeyId: null, totpConfirmedAt: null });
    await tx.update(PasswordLinkEntity, { userId: user.id, usedAt: IsNull() }, { usedAt: this.clock.now() });
    await this.sessions.revokeOthers(tx, user.id, 'address proven');
    await this.tokens.revokeAll(tx, user.id, 'address proven');
    await this.#prove(tx, actor, user, by);
    return await this.users.get(tx, user.id);
  }

  /**
   * Records that an administrator answers for an address by name, where neither mail nor an OpenID provider can prove it.
   * @throws DomainError `user.oneself`, `user.proven`
   */
  async vouch(tx: Tx, actor: Actor, id: string, reason: string): Promise<User> {
    refuseOneself(actor, id);
    const user = await this.users.lock(tx, id);
    if (user.emailProvenBy !== null) {
      throw new DomainError('user.proven', {
        detail: `${user.email} is proven already (${user.emailProvenBy}).`,
        remedy: 'Nothing needs to be done.',
        kind: 'conflict',
      });
    }
    await this.#prove(tx, { ...actor, reason }, user, 'administrator');
    return await this.users.get(tx, id);
  }

  /** A password was chosen by a link that was handed on: the address is no longer proven. Only for accounts without a role for the park. */
  async withdraw(tx: Tx, actor: Actor, user: User): Promise<void> {
    if (user.emailProvenBy === null) return;
    await tx.update(UserEntity, { id: user.id }, { emailProvenAt: null, emailProvenBy: null });
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
    const now = this.clock.now();
    await tx.update(UserEntity, { id: user.id }, { emailProvenAt: now, emailProvenBy: by, updatedAt: now });
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
