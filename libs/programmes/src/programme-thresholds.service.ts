import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '#audit';
import type { Tx } from '#database';
import { DecisionsService, type PendingDecision } from '#decisions';
import { formatAmount, type Instant } from '#kernel';
import type { Programme, ProgrammeChange } from './domain/programme.ts';
import { ProgrammesService } from './programmes.service.ts';

const KIND = 'programme-threshold';
const payloadSchema = z.object({ secondApprovalAbove: z.string().nullable() });

/** The threshold above which promises take two final approvals: once people may apply, it takes two administrators to change it. */
@Injectable()
export class ProgrammeThresholdsService {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly decisions: DecisionsService,
  ) {
    decisions.register({
      ...{ kind: KIND, action: 'programme.manage', movesMoney: false },
      carryOut: (tx, confirmer, decision) => this.#carryOut(tx, confirmer, decision),
    });
  }

  /**
   * Changes the terms of a programme at once, but for its threshold, which waits for another administrator; a draft's changes at once too.
   * @returns the programme as it is now, and what waits to be confirmed
   * @throws DomainError those of `ProgrammesService.change` and `DecisionsService.propose`
   */
  async change(
    tx: Tx,
    actor: Actor,
    id: string,
    version: number,
    change: ProgrammeChange,
    at: Instant,
  ): Promise<{ readonly programme: Programme; readonly decision?: PendingDecision }> {
    const before = await this.programmes.lock(tx, id, version);
    const { secondApprovalAbove = before.secondApprovalAbove, ...rest } = change;
    if (before.status === 'draft' || secondApprovalAbove === before.secondApprovalAbove) {
      return { programme: await this.programmes.change(tx, actor, id, version, change) };
    }
    this.programmes.requireSound(before, change);
    const programme = Object.keys(rest).length === 0 ? before : await this.programmes.change(tx, actor, id, version, rest);
    const decision = await this.decisions.propose(
      tx,
      actor,
      {
        ...{ kind: KIND, subject: id, reason: actor.reason ?? '' },
        payload: { secondApprovalAbove: secondApprovalAbove?.toString() ?? null },
        summary: `${before.name}: two final approvals ${written(before, secondApprovalAbove)} instead of ${written(before, before.secondApprovalAbove)}.`,
      },
      at,
    );
    return { programme, decision };
  }

  async #carryOut(tx: Tx, confirmer: Actor, { subject, payload }: PendingDecision): Promise<void> {
    const { secondApprovalAbove } = payloadSchema.parse(payload);
    const { version } = await this.programmes.get(tx, subject);
    const change = { secondApprovalAbove: secondApprovalAbove === null ? null : BigInt(secondApprovalAbove) };
    await this.programmes.change(tx, confirmer, subject, version, change);
  }
}

function written({ unit }: Programme, threshold: bigint | null): string {
  return threshold === null ? 'never' : `above ${formatAmount(unit, threshold)}`;
}
