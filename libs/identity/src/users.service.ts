import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import type { Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import type { ParkRole, Role } from './domain/access.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { SessionsService } from './sessions.service.ts';
import { type EmailProof, type User, USER_COLUMNS, type UserStatus } from './user.ts';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** Absent: the person signs in by OIDC, or chooses one by a link. */
  readonly password?: string;
  /** How the address is proven already; absent: it is not, and the account gets no role for the park. */
  readonly proof?: EmailProof;
  readonly parkRoles?: readonly ParkRole[];
}

export interface UserFilter {
  readonly search?: string;
  readonly after?: string;
  readonly limit: number;
}

/** Those who have one of `roles` for the park and may sign in. */
export async function holdersOf(tx: Tx, ...roles: readonly Role[]): Promise<User[]> {
  return await tx.query<User[]>(
    `SELECT ${USER_COLUMNS} FROM app_user u
      WHERE u.status = 'active' AND EXISTS (SELECT FROM user_role r WHERE r.user_id = u.id AND r.role = ANY ($1)) ORDER BY u.id`,
    [roles],
  );
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
    const inserted = await tx.query<unknown[]>(
      `INSERT INTO app_user (id, email, name, password_hash, email_proven_by, email_proven_at, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, CASE WHEN $5::text IS NOT NULL THEN $6::timestamptz END, $6, $6)
       ON CONFLICT (email) DO NOTHING RETURNING id`,
      [id, email, input.name, passwordHash, proof, this.clock.now()],
    );
    if (inserted.length === 0) {
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
    const [user] = await tx.query<User[]>(`SELECT ${USER_COLUMNS} FROM app_user u WHERE u.id = $1`, [id]);
    if (user !== undefined) return user;
    throw new DomainError('user.unknown', { detail: `There is no user ${id}.`, kind: 'not-found' });
  }

  async byEmail(tx: Tx, email: string): Promise<User | undefined> {
    const [user] = await tx.query<User[]>(`SELECT ${USER_COLUMNS} FROM app_user u WHERE u.email = $1`, [parseEmail(email)]);
    return user;
  }

  /** Those who may sign in and administer the park. Transactions that ask wait for each other, so that two cannot both find one too few. */
  async administrators(tx: Tx): Promise<User[]> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('speedspace administrators', 0))`);
    return await holdersOf(tx, 'administrator');
  }

  async list(tx: Tx, filter: UserFilter): Promise<User[]> {
    return await tx.query<User[]>(
      `SELECT ${USER_COLUMNS} FROM app_user u
       WHERE ($1::text IS NULL OR u.id > $1) AND ($2::text IS NULL OR strpos(u.email, lower($2)) > 0 OR strpos(lower(u.name), lower($2)) > 0)
       ORDER BY u.id LIMIT $3`,
      [filter.after ?? null, filter.search ?? null, filter.limit],
    );
  }

  /**
   * Replaces a person's roles for the park. Nobody changes their own: it takes another administrator.
   * @throws DomainError `user.oneself`, `user.unproven`
   */
  async setParkRoles(tx: Tx, actor: Actor, id: string, roles: readonly ParkRole[]): Promise<User> {
    refuseOneself(actor, id);
    const before = await this.lock(tx, id);
    await tx.query(`DELETE FROM user_role WHERE user_id = $1`, [id]);
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
    await tx.query(`UPDATE app_user SET status = $2, updated_at = $3 WHERE id = $1`, [id, status, this.clock.now()]);
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
    await tx.query(`SELECT id FROM app_user WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return await this.get(tx, id);
  }

  async #addRoles(tx: Tx, user: Pick<User, 'id' | 'email' | 'emailProvenBy'>, roles: readonly ParkRole[]): Promise<void> {
    if (roles.length === 0) return;
    requireProven(user);
    await tx.query(`INSERT INTO user_role (user_id, role) SELECT $1, unnest($2::text[])`, [user.id, [...new Set(roles)]]);
  }
}

/** @throws DomainError `user.oneself` */
export function refuseOneself(actor: Actor, id: string): void {
  if (actor.id !== id) return;
  throw new DomainError('user.oneself', {
    detail: 'Nobody changes their own roles or standing.',
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
