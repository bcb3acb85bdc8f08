import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import { insertIfAbsent, lockByName, type Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import type { ParkRole } from './domain/access.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { SessionsService } from './sessions.service.ts';
import { UserEntity } from './user.entity.ts';
import { holdersOf, listUsers, userByEmail, userById, type UserFilter } from './user.queries.ts';
import type { EmailProof, User, UserStatus } from './user.ts';
import { UserRoleEntity } from './user-role.entity.ts';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** Absent: the person signs in by OIDC, or chooses one by a link. */
  readonly password?: string;
  /** How the address is proven already; absent: it is not, and the account gets no role for the park. */
  readonly proof?: EmailProof;
  readonly parkRoles?: readonly ParkRole[];
}

/** One spelling per address. */
export function parseEmail(text: string): string {
  return text.trim().toLowerCase();
}

/** Accounts of people, and their roles for the park. */
@Injectable()
export class UsersService {
  constructor(
    private readonly audit: AuditService,
    private readonly sessions: SessionsService,
    private readonly tokens: PersonalTokensService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `user.email-taken`, `user.unproven`, or what is wrong with the password */
  async create(tx: Tx, actor: Actor, input: NewUser): Promise<User> {
    const email = parseEmail(input.email);
    if (input.password !== undefined) checkPassword(input.password, { email, name: input.name });
    const id = newId('user');
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    const proof = input.proof ?? null;
    const now = this.clock.now();
    const account = { id, email, name: input.name, passwordHash, createdAt: now, updatedAt: now };
    const proven = { emailProvenBy: proof, emailProvenAt: proof === null ? null : now };
    if (!(await insertIfAbsent(tx, UserEntity, { ...account, ...proven }))) {
      throw new DomainError('user.email-taken', {
        field: '/email',
        detail: `${email} has an account.`,
        remedy: 'Sign in with it, or use another address.',
        kind: 'conflict',
      });
    }
    await this.#addRoles(tx, { id, email, emailProvenBy: proof }, input.parkRoles ?? []);
    await this.audit.record(tx, {
      actor,
      action: 'user.created',
      objectType: 'user',
      objectId: id,
      after: { email, emailProvenBy: proof, name: input.name, parkRoles: input.parkRoles ?? [] },
    });
    return await this.get(tx, id);
  }

  /** @throws DomainError `user.unknown` */
  async get(tx: Tx, id: string): Promise<User> {
    const user = await userById(tx, id);
    if (user !== undefined) return user;
    throw new DomainError('user.unknown', { detail: `There is no user ${id}.`, kind: 'not-found' });
  }

  async byEmail(tx: Tx, email: string): Promise<User | undefined> {
    return await userByEmail(tx, parseEmail(email));
  }

  /** Those who may sign in and administer the park. Transactions that ask wait for each other, so that two cannot both find one too few. */
  async administrators(tx: Tx): Promise<User[]> {
    await lockByName(tx, 'speedspace administrators');
    return await holdersOf(tx, 'administrator');
  }

  async list(tx: Tx, filter: UserFilter): Promise<User[]> {
    return await listUsers(tx, filter);
  }

  /**
   * Replaces a person's roles for the park. Nobody changes their own: it takes another administrator.
   * @throws DomainError `user.oneself`, `user.unproven`
   */
  async setParkRoles(tx: Tx, actor: Actor, id: string, roles: readonly ParkRole[]): Promise<User> {
    refuseOneself(actor, id);
    const before = await this.lock(tx, id);
    await tx.delete(UserRoleEntity, { userId: id });
    await this.#addRoles(tx, before, roles);
    const after = await this.get(tx, id);
    await this.audit.record(tx, {
      actor,
      action: 'user.roles-changed',
      objectType: 'user',
      objectId: id,
      before: { parkRoles: before.parkRoles },
      after: { parkRoles: after.parkRoles },
    });
    return after;
  }

  /** Disabling ends all sessions and personal tokens: who is let in again signs in anew. */
  async setStatus(tx: Tx, actor: Actor, id: string, status: UserStatus): Promise<User> {
    refuseOneself(actor, id);
    const before = await this.lock(tx, id);
    await tx.update(UserEntity, { id }, { status, updatedAt: this.clock.now() });
    if (status === 'disabled') {
      await this.sessions.revokeOthers(tx, id, 'account disabled');
      await this.tokens.revokeAll(tx, id, 'account disabled');
    }
    await this.audit.record(tx, {
      actor,
      action: status === 'active' ? 'user.enabled' : 'user.disabled',
      objectType: 'user',
      objectId: id,
      before: { status: before.status },
      after: { status },
    });
    return await this.get(tx, id);
  }

  /** The account, locked until the end of `tx`. @throws DomainError `user.unknown` */
  async lock(tx: Tx, id: string): Promise<User> {
    await tx.findOne(UserEntity, { select: { id: true }, where: { id }, lock: { mode: 'for_no_key_update' } });
    return await this.get(tx, id);
  }

  async #addRoles(tx: Tx, user: Pick<User, 'id' | 'email' | 'emailProvenBy'>, roles: readonly ParkRole[]): Promise<void> {
    if (roles.length === 0) return;
    requireProven(user);
    const rows = [...new Set(roles)].map((role) => ({ userId: user.id, role }));
    await tx.insert(UserRoleEntity, rows);
  }
}

/** @throws DomainError `user.oneself` */
export function refuseOneself(actor: Actor, id: string): void {
  if (actor.id !== id) return;
  throw new DomainError('user.oneself', {
    detail: 'Nobody changes their own roles or status.',
    remedy: 'Ask another administrator.',
    kind: 'forbidden',
  });
}

/** @throws DomainError `user.unproven` for an account that gets no role for the park */
export function requireProven(user: Pick<User, 'email' | 'emailProvenBy'>): void {
  if (user.emailProvenBy !== null) return;
  throw new DomainError('user.unproven', {
    field: '/parkRoles',
    detail: `Nobody has shown that this account belongs to the person of ${user.email}, so it gets no role for the park.`,
    remedy:
      'Send them a link by mail (mss user link) or let them sign in with the OpenID provider. Without either, an administrator who knows them answers for the address (mss user vouch).',
    kind: 'conflict',
  });
}
