import { Inject, Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import { acrossTenants, insertIfAbsent, type Tx } from '#database';
import {
  type CompanyRole,
  IDENTITY_SETTINGS,
  type IdentitySettings,
  MONEY_ROLES,
  PersonalTokensService,
  type Principal,
  type Role,
  type SignedIn,
} from '#identity';
import { Clock, DomainError } from '#kernel';
import { membershipsOf } from './company.queries.ts';
import type { CompanyStatus } from './company.ts';
import { CompanyPersonEntity } from './company-person.entity.ts';
import { MemberEntity } from './member.entity.ts';

export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** Whether somebody has shown that the account belongs to the person of the address. */
  readonly emailProven: boolean;
  readonly role: CompanyRole;
  readonly since: Date;
}

/** One of the companies a person belongs to. */
export interface Membership {
  readonly companyId: string;
  readonly slug: string;
  readonly companyName: string;
  readonly companyStatus: CompanyStatus;
  readonly role: CompanyRole;
}

/** The people of a company, longest there first. */
export async function membersOf(tx: Tx, companyId: string): Promise<Member[]> {
  const people = await tx.find(CompanyPersonEntity, { where: { companyId }, order: { since: 'ASC', userId: 'ASC' } });
  return people.map(({ companyId: _, ...member }) => member);
}

/** The members of companies, and the capacity in which a signed-in person acts. */
@Injectable()
export class MembersService {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly tokens: PersonalTokensService,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
  ) {}

  async add(tx: Tx, actor: Actor, companyId: string, input: { userId: string; role: CompanyRole }): Promise<void> {
    const { userId, role } = input;
    if (!(await insertIfAbsent(tx, MemberEntity, { companyId, userId, role, since: this.clock.now() }))) {
      throw new DomainError('member.known', { detail: 'This person belongs to the company already.', kind: 'conflict' });
    }
    await this.#record(tx, actor, 'member.added', companyId, userId, { after: { role } });
  }

  async list(tx: Tx, companyId: string): Promise<Member[]> {
    return await membersOf(tx, companyId);
  }

  async setRole(tx: Tx, actor: Actor, companyId: string, userId: string, role: CompanyRole): Promise<void> {
    const before = await this.#lock(tx, companyId, userId);
    await tx.update(MemberEntity, { companyId, userId }, { role });
    await this.#requireOwner(tx, companyId);
    await this.#record(tx, actor, 'member.role-changed', companyId, userId, { before: { role: before }, after: { role } });
  }

  async remove(tx: Tx, actor: Actor, companyId: string, userId: string): Promise<void> {
    const before = await this.#lock(tx, companyId, userId);
    await tx.delete(MemberEntity, { companyId, userId });
    await this.#requireOwner(tx, companyId);
    // Tokens belong to people, not to the company they act for.
    await acrossTenants(tx, () => this.tokens.revokeAll(tx, userId, 'left the company', companyId));
    await this.#record(tx, actor, 'member.removed', companyId, userId, { before: { role: before } });
  }

  /** Whether somebody with this address belongs to a company. */
  async hasAddress(tx: Tx, email: string, companyId: string): Promise<boolean> {
    return await tx.existsBy(CompanyPersonEntity, { companyId, email });
  }

  /** Whether a person belongs to a company, in any role. If so, they may not decide about it. */
  async belongs(tx: Tx, userId: string, companyId: string): Promise<boolean> {
    return await tx.existsBy(MemberEntity, { companyId, userId });
  }

  async of(tx: Tx, userId: string): Promise<Membership[]> {
    return await membershipsOf(tx, userId);
  }

  /**
   * In which capacity a signed-in person acts: for the company `asked` for (id or slug) or their token is bound to; else for the park, when
   * they have a role there; else for their only company.
   * @param memberships the person's, as `of` answers them
   * @throws DomainError `company.not-yours` when they do not belong to what is asked for, or the token is not for it
   */
  principal(signedIn: SignedIn, memberships: readonly Membership[], asked: string | undefined, address: string | undefined): Principal {
    const membership = capacity(memberships, signedIn, asked);
    const roles: readonly Role[] = membership === undefined ? signedIn.parkRoles : [membership.role];
    const needsSecondFactor = this.settings.secondFactorForMoney && roles.some((role) => MONEY_ROLES.includes(role));
    return {
      kind: 'user',
      id: signedIn.userId,
      name: signedIn.name,
      roles,
      ...(address !== undefined && { address }),
      ...(membership !== undefined && { tenantId: membership.companyId }),
      ...(membership?.companyStatus === 'graduated' && { readOnly: true }),
      ...(signedIn.scopes !== undefined && { scopes: signedIn.scopes }),
      ...(signedIn.sessionId !== undefined && { sessionId: signedIn.sessionId }),
      ...(needsSecondFactor && !signedIn.secondFactor && { awaitsSecondFactor: true }),
    };
  }

  async #lock(tx: Tx, companyId: string, userId: string): Promise<CompanyRole> {
    // All members, so that two owners cannot leave at the same moment.
    const members = await tx.find(MemberEntity, {
      where: { companyId },
      order: { userId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const member = members.find((row) => row.userId === userId);
    if (member === undefined)
      throw new DomainError('member.unknown', { detail: `The company has no member ${userId}.`, kind: 'not-found' });
    return member.role;
  }

  async #requireOwner(tx: Tx, companyId: string): Promise<void> {
    if (await tx.existsBy(MemberEntity, { companyId, role: 'owner' })) return;
    throw new DomainError('member.last-owner', {
      detail: 'A company keeps at least one owner.',
      remedy: 'Make somebody else an owner first.',
      kind: 'conflict',
    });
  }

  async #record(
    tx: Tx,
    actor: Actor,
    action: string,
    tenantId: string,
    userId: string,
    change: { before?: object; after?: object },
  ): Promise<void> {
    await this.audit.record(tx, { actor, action, objectType: 'member', objectId: userId, tenantId, ...change });
  }
}

/**
 * For whom a request acts: the company of the membership, or the park when there is none. A personal token acts in the capacity it was made
 * in, and in no other: one that was made for the park never acts for a company, also when its person's roles changed.
 */
function capacity(memberships: readonly Membership[], signedIn: SignedIn, asked: string | undefined): Membership | undefined {
  const byToken = signedIn.scopes !== undefined;
  const named = asked ?? signedIn.tenantId;
  if (named === undefined) return !byToken && signedIn.parkRoles.length === 0 && memberships.length === 1 ? memberships[0] : undefined;
  const found = memberships.find((membership) => membership.companyId === named || membership.slug === named);
  if (found !== undefined && (!byToken || signedIn.tenantId === found.companyId)) return found;
  throw new DomainError('company.not-yours', {
    detail: byToken ? `This personal token was not made to act for a company ${named}.` : `You do not act for a company ${named}.`,
    remedy: byToken
      ? 'Make a token while you act for it (mss company use, mss token create).'
      : 'Choose one of your companies (mss company use), or none.',
    kind: 'forbidden',
  });
}
