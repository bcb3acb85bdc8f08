import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import { insertIfAbsent, type Tx } from '#database';
import { lockedFor } from './domain/lockout.ts';
import { countFailure, deleteOldCounters, failuresEverywhere } from './failed-attempt.queries.ts';
import { FailedAttemptEntity } from './failed-attempt.entity.ts';
import { SignInClock } from './identity-settings.ts';
import { networkOf } from './network.ts';
import { fingerprint } from './secrets.ts';
import type { User } from './user.ts';

/** Failures are forgotten after a day without another. */
const MEMORY_SECONDS = 24 * 3600;
/** After so many failures from all networks within an hour, only networks with an earlier sign-in to the account may try. */
const FAILURES_FROM_EVERYWHERE = 100;
const HOUR_SECONDS = 3600;

/** The account of an attempt and the network address it came from. */
export interface Attempt {
  readonly email: string;
  readonly address: string | undefined;
}

/**
 * Failed attempts to show a password or a code, whether to sign in or within a session. They are counted by account and network: a stranger
 * locks out their own network only. When attempts come from many networks at once, networks without an earlier sign-in to the account must
 * wait. Addresses without an account are counted too, so that nobody can distinguish them.
 */
@Injectable()
export class FailedAttemptsService {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: SignInClock,
  ) {}

  /** Whether the account is locked for this network now. Attempts of one account and network take turns until the end of `tx`. */
  async isLocked(tx: Tx, attempt: Attempt): Promise<boolean> {
    const [account, network, now] = [fingerprint(attempt.email), networkOf(attempt.address), this.clock.now()];
    await deleteOldCounters(tx, before(now, MEMORY_SECONDS));
    await insertIfAbsent(tx, FailedAttemptEntity, { account, network, failures: 0, lastAt: now });
    const row = await tx.findOne(FailedAttemptEntity, { where: { account, network }, lock: { mode: 'pessimistic_write' } });
    const everywhere = await failuresEverywhere(tx, account, attempt.email, attempt.address ?? null, before(now, HOUR_SECONDS));
    if (row?.lockedUntil != null && row.lockedUntil > now) return true;
    return everywhere !== undefined && everywhere.failures >= FAILURES_FROM_EVERYWHERE && !everywhere.isKnown;
  }

  /** Counts one more failure. From the fifth on, the account is locked for this network, for a time that doubles up to an hour. */
  async count(tx: Tx, attempt: Attempt): Promise<void> {
    const [account, network, now] = [fingerprint(attempt.email), networkOf(attempt.address), this.clock.now()];
    const seconds = lockedFor(await countFailure(tx, account, network, now));
    const until = seconds === 0 ? null : new Date(now.getTime() + seconds * 1000);
    await tx.update(FailedAttemptEntity, { account, network }, { lockedUntil: until });
  }

  /** Forgets the failures of an account and network after an attempt that succeeded. */
  async forget(tx: Tx, attempt: Attempt): Promise<void> {
    await tx.delete(FailedAttemptEntity, { account: fingerprint(attempt.email), network: networkOf(attempt.address) });
  }

  /** Forgets the failures of an account from all networks, because it has a new password. */
  async forgetAll(tx: Tx, email: string): Promise<void> {
    await tx.delete(FailedAttemptEntity, { account: fingerprint(email) });
  }

  /** Unlocks an account after failed attempts, for an administrator. */
  async unlock(tx: Tx, actor: Actor, user: Pick<User, 'id' | 'email'>): Promise<void> {
    await this.forgetAll(tx, user.email);
    await this.audit.record(tx, { actor, action: 'user.unlocked', objectType: 'user', objectId: user.id });
  }
}

function before(now: Date, seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}
