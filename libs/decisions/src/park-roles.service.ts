import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '#audit';
import type { Tx } from '#database';
import { PARK_ROLES, type ParkRole, requireProven, type User, UsersService } from '#identity';
import type { Instant } from '#kernel';
import { DecisionsService } from './decisions.service.ts';
import { changedRoles, roleChange } from './domain/park-roles.ts';
import type { PendingDecision } from './domain/pending-decision.ts';

const KIND = 'park-roles';
const payloadSchema = z.object({ added: z.array(z.enum(PARK_ROLES)), removed: z.array(z.enum(PARK_ROLES)) });

/** Roles for the park: one administrator takes them away, two give them. */
@Injectable()
export class ParkRolesService {
  constructor(
    private readonly users: UsersService,
    private readonly decisions: DecisionsService,
  ) {
    decisions.register({
      kind: KIND,
      action: 'user.manage',
      movesMoney: false,
      carryOut: (tx, confirmer, decision) => this.#carryOut(tx, confirmer, decision),
    });
  }

  /**
   * Makes `roles` what the person is for the park. Where that gives them a role they do not have, nothing changes until another
   * administrator confirms it.
   * @returns the person as they are now, and what waits to be confirmed
   * @throws DomainError `user.unknown`, `user.oneself`, `user.unproven`, those of `DecisionsService.propose`
   */
  async change(
    tx: Tx,
    actor: Actor,
    userId: string,
    roles: readonly ParkRole[],
    at: Instant,
  ): Promise<{ readonly user: User; readonly decision?: PendingDecision }> {
    const user = await this.users.get(tx, userId);
    const change = roleChange(user.parkRoles, roles);
    if (change.added.length === 0 || actor.id === userId) return { user: await this.users.setParkRoles(tx, actor, userId, roles) };
    requireProven(user);
    const summary = `${user.name} (${user.email}) becomes ${change.added.join(' and ')}${
      change.removed.length === 0 ? '' : `, and is ${change.removed.join(' and ')} no more`
    }.`;
    const reason = actor.reason ?? '';
    const decision = await this.decisions.propose(
      tx,
      actor,
      { kind: KIND, subject: userId, favours: userId, payload: change, summary, reason },
      at,
    );
    return { user, decision };
  }

  async #carryOut(tx: Tx, confirmer: Actor, { subject, payload }: PendingDecision): Promise<void> {
    const { parkRoles } = await this.users.get(tx, subject);
    await this.users.setParkRoles(tx, confirmer, subject, changedRoles(parkRoles, payloadSchema.parse(payload)));
  }
}
