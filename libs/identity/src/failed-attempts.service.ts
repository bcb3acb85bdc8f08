import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import type { Tx } from '#database';
import { lockedFor } from './domain/lockout.ts';
import { SignInClock } from './identity-settings.ts';
import { networkOf } from './network.ts';
import { fingerprint } from './secrets.ts';
import type { User } from './user.ts';

/** Failures are forgotten after a day without another. */
const MEMORY_SECONDS = 24 * 3600;
/** After so many failures from all networks within an hour, only networks are let through from which the account was signed in to. */
const FAILURES_FROM_EVERYWHERE = 100;
const HOUR_SECONDS = 3600;

/** Whose password or code is tried, and from where. */
export interface Attempt {
  readonly email: string;
  readonly address: string | undefined;
}

/**
 * Failed attempts to show a password or a code, whether to sign in or within a session. They are counted by account and network: a
 * stranger locks out their own network only. Against many networks at once, those from which the account was never signed in to
 * wait. Addresses without an account are counted too, so that they are not told apart.
 */
@Injectable()
export class FailedAttemptsService {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: SignInClock,
  ) {}

  /** Whether the account is closed for this network now. Attempts of one account and network take turns until the end of `tx`. */
  async isLocked(tx: Tx, attempt: Attempt): Promise<boolean> {
    const [account, network, now] = [fingerprint(attempt.email), networkOf(attempt.address), this.clock.now()];
    await tx.query(
      `DELETE FROM failed_attempt WHERE (account, network) IN
         (SELECT account, network FROM failed_attempt WHERE last_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`,
      [before(now, MEMORY_SECONDS)],
    );
    await tx.query(`INSERT INTO failed_attempt (account, network, failures, last_at) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING`, [
      account,
      network,
      now,
    ]);
    const [row] = await tx.query<{ lockedUntil: Date | null }[]>(
      `SELECT locked_until AS "lockedUntil" FROM failed_attempt WHERE account = $1 AND network = $2 FOR UPDATE`,
      [account, network],
    );
    const [everywhere] = await tx.query<{ failures: bigint; isKnown: boolean }[]>(
      `SELECT coalesce(sum(failures), 0) AS failures,
         EXISTS (SELECT FROM session s JOIN app_user u ON u.id = s.user_id WHERE u.email = $2 AND s.address = $3) AS "isKnown"
       FROM failed_attempt WHERE account = $1 AND last_at > $4`,
      [account, attempt.email, attempt.address ?? null, before(now, HOUR_SECONDS)],
    );
    if (row?.lockedUntil != null && row.lockedUntil > now) return true;
    return everywhere !== undefined && everywhere.failures >= FAILURES_FROM_EVERYWHERE && !everywhere.isKnown;
  }

  /** One more failure; from the fifth on, the account is closed for this network, for a while that doubles up to an hour. */
  async count(tx: Tx, attempt: Attempt): Promise<void> {
    const [account, network, now] = [fingerprint(attempt.email), networkOf(attempt.address), this.clock.now()];
    const [rows] = await tx.query<[{ failures: number }[], number]>(
      `UPDATE failed_attempt SET failures = failures + 1, last_at = $3 WHERE account = $1 AND network = $2 RETURNING failures`,
      [account, network, now],
    );
    const seconds = lockedFor(rows[0]?.failures ?? 0);
    const until = seconds === 0 ? null : new Date(now.getTime() + seconds * 1000);
    await tx.query(`UPDATE failed_attempt SET locked_until = $3 WHERE account = $1 AND network = $2`, [account, network, until]);
  }

  /** The attempt was a good one. */
  async forget(tx: Tx, attempt: Attempt): Promise<void> {
    await tx.query(`DELETE FROM failed_attempt WHERE account = $1 AND network = $2`, [
      fingerprint(attempt.email),
      networkOf(attempt.address),
    ]);
  }

  /** Forgets what was counted for an account from everywhere: it has a new password. */
  async forgetAll(tx: Tx, email: string): Promise<void> {
    await tx.query(`DELETE FROM failed_attempt WHERE account = $1`, [fingerprint(email)]);
  }

  /** An administrator opens an account that is closed after failed attempts. */
  async unlock(tx: Tx, actor: Actor, user: Pick<User, 'id' | 'email'>): Promise<void> {
    await this.forgetAll(tx, user.email);
    await this.audit.record(tx, { actor, action: 'user.unlocked', objectType: 'user', objectId: user.id });
  }
}

function before(now: Date, seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}
