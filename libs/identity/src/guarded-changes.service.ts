import { Injectable } from '@nestjs/common';
import { AuditService } from '#audit';
import { type Tx, Transactions } from '#database';
import { DomainError } from '#kernel';
import type { Principal } from './domain/principal.ts';
import { type Attempt, FailedAttemptsService } from './failed-attempts.service.ts';
import { UsersService } from './users.service.ts';

/** A proof that a person gives again within a session. */
export interface Proof {
  readonly kind: 'password' | 'code';
  /** Whether the proof is right. Called once, when the account is not locked. */
  check(tx: Tx): Promise<boolean>;
  /** The error for a wrong proof. */
  refusal(): DomainError;
}

/**
 * Changes to an account that require its password or a code although the person is signed in, because somebody may have taken over the
 * session. Wrong answers count as failed sign-ins do, and are on the trail.
 */
@Injectable()
export class GuardedChangesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly users: UsersService,
    private readonly failures: FailedAttemptsService,
  ) {}

  /** @throws DomainError `credential.locked`, or the refusal of the proof; then nothing is changed but the count */
  async make(principal: Principal, proof: Proof, change: (tx: Tx) => Promise<void>): Promise<void> {
    const outcome = await this.transactions.run(async (tx) => {
      const { email } = await this.users.lock(tx, principal.id);
      const attempt: Attempt = { email, address: principal.address };
      if (await this.failures.isLocked(tx, attempt)) {
        await this.#record(tx, principal, 'locked after failed attempts');
        return 'locked';
      }
      if (!(await proof.check(tx))) {
        await this.failures.count(tx, attempt);
        await this.#record(tx, principal, `wrong ${proof.kind}`);
        return 'wrong';
      }
      await this.failures.forget(tx, attempt);
      await change(tx);
      return 'made';
    });
    if (outcome === 'wrong') throw proof.refusal();
    if (outcome === 'locked') {
      throw new DomainError('credential.locked', {
        field: proof.kind === 'password' ? '/present' : '/code',
        detail: 'After failed attempts, your account takes no passwords and codes from this network for a while.',
        remedy: 'Wait up to an hour, or ask an administrator of the park (mss user unlock).',
        kind: 'too-many',
      });
    }
  }

  async #record(tx: Tx, principal: Principal, reason: string): Promise<void> {
    await this.audit.record(tx, { actor: principal, action: 'credential.refused', objectType: 'user', objectId: principal.id, reason });
  }
}
