import type { Actor } from '#audit';
import type { Tx } from '#database';
import { requireOutsider } from './domain/impartiality.ts';
import { MemberEntity } from './member.entity.ts';

/** The companies that a person belongs to, in any role. */
async function companiesOf(tx: Tx, actor: Actor): Promise<string[]> {
  const memberships = await tx.find(MemberEntity, { select: { companyId: true }, where: { userId: actor.id } });
  return memberships.map(({ companyId }) => companyId);
}

/**
 * Guards every action of the park that gives something to companies (rule P4).
 * @throws DomainError `access.conflict-of-interest` when `actor` belongs to one of `tenantIds`
 */
export async function requireImpartial(tx: Tx, actor: Actor, tenantIds: readonly string[]): Promise<void> {
  if (tenantIds.length > 0) requireOutsider(await companiesOf(tx, actor), tenantIds);
}

/**
 * The same for an action that all companies profit from, such as a price.
 * @throws DomainError `access.conflict-of-interest` when `actor` belongs to any company
 */
export async function requireImpartialToAll(tx: Tx, actor: Actor): Promise<void> {
  const own = await companiesOf(tx, actor);
  requireOutsider(own, own);
}
