import { Inject, Injectable } from '@nestjs/common';
import { generateSecret, generateURI, verifySync } from 'otplib';
import { AuditService } from '#audit';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import type { Principal } from './domain/principal.ts';
import { GuardedChangesService, type Proof } from './guarded-changes.service.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { KeyRing } from './keys.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { Seal, type Sealed } from './seal.ts';

const STEP_SECONDS = 30;

/** What the authenticator app is given, once. */
export interface TotpEnrolment {
  readonly secret: string;
  /** `otpauth://…`, to be shown as a QR code. */
  readonly uri: string;
}

/** The time-based one-time password (RFC 6238) as second factor. A code counts once: its step is remembered. */
@Injectable()
export class SecondFactorService {
  readonly #seal: Seal;

  constructor(
    private readonly audit: AuditService,
    private readonly tokens: PersonalTokensService,
    private readonly changes: GuardedChangesService,
    @Inject(IDENTITY_SETTINGS) settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {
    this.#seal = new Seal(new KeyRing(settings.sealingSecrets), new KeyRing(settings.signingSecrets));
  }

  /** Starts over as long as no code confirmed it. @throws DomainError `totp.enrolled`, `secrets.no-key` */
  async enrol(tx: Tx, user: { id: string; email: string }): Promise<TotpEnrolment> {
    const secret = generateSecret();
    const sealed = this.#seal.seal(secret, user.id);
    const [, changed] = await tx.query<[unknown, number]>(
      `UPDATE app_user SET totp_secret = $2, totp_key_id = $3, totp_last_step = 0, updated_at = $4 WHERE id = $1 AND totp_confirmed_at IS NULL`,
      [user.id, sealed.bytes, sealed.keyId, this.clock.now()],
    );
    if (changed === 0) {
      throw new DomainError('totp.enrolled', {
        detail: 'Your account has an authenticator app already.',
        remedy: 'Remove it first, with one of its codes.',
        kind: 'conflict',
      });
    }
    return { secret, uri: generateURI({ issuer: 'Speedspace', label: user.email, secret }) };
  }

  /**
   * Turns it on by a first code; the session it was shown in counts as signed in with it.
   * @throws DomainError `totp.code-refused`, `credential.locked`
   */
  async confirm(principal: Principal, sessionId: string, code: string): Promise<void> {
    await this.changes.make(principal, this.#proof(principal, code), async (tx) => {
      await tx.query(`UPDATE app_user SET totp_confirmed_at = coalesce(totp_confirmed_at, $2) WHERE id = $1`, [
        principal.id,
        this.clock.now(),
      ]);
      await tx.query(`UPDATE session SET second_factor = true WHERE id = $1 AND user_id = $2`, [sessionId, principal.id]);
      await this.audit.record(tx, { actor: principal, action: 'totp.confirmed', objectType: 'user', objectId: principal.id });
    });
  }

  /** @throws DomainError `totp.code-refused`, `credential.locked` */
  async remove(principal: Principal, code: string): Promise<void> {
    await this.changes.make(principal, this.#proof(principal, code), async (tx) => {
      await tx.query(`UPDATE app_user SET totp_secret = NULL, totp_key_id = NULL, totp_confirmed_at = NULL WHERE id = $1`, [principal.id]);
      await tx.query(`UPDATE session SET second_factor = false WHERE user_id = $1`, [principal.id]);
      await this.tokens.forgetSecondFactor(tx, principal.id);
      await this.audit.record(tx, { actor: principal, action: 'totp.removed', objectType: 'user', objectId: principal.id });
    });
  }

  /**
   * Whether `code` is the one of now, give or take a step, and was not used before; it is used by that. A secret that is sealed under an
   * older key is sealed under the current one.
   * @throws DomainError `secrets.key-missing`
   */
  async accepts(tx: Tx, userId: string, code: string): Promise<boolean> {
    const [row] = await tx.query<{ bytes: Buffer | null; keyId: string | null; lastStep: bigint }[]>(
      `SELECT totp_secret AS bytes, totp_key_id AS "keyId", totp_last_step AS "lastStep" FROM app_user WHERE id = $1 FOR NO KEY UPDATE`,
      [userId],
    );
    if (row?.bytes == null || !/^\d{6}$/.test(code)) return false;
    const epoch = Math.floor(this.clock.now().getTime() / 1000);
    const sealed: Sealed = { keyId: row.keyId, bytes: row.bytes };
    const secret = this.#seal.open(sealed, userId);
    const result = verifySync({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
    if (!result.valid) return false;
    const step = BigInt(Math.floor(epoch / STEP_SECONDS) + result.delta);
    if (step <= row.lastStep) return false;
    await tx.query(`UPDATE app_user SET totp_last_step = $2 WHERE id = $1`, [userId, step]);
    if (this.#seal.isOutdated(sealed)) {
      const { bytes, keyId } = this.#seal.seal(secret, userId);
      await tx.query(`UPDATE app_user SET totp_secret = $2, totp_key_id = $3 WHERE id = $1`, [userId, bytes, keyId]);
    }
    return true;
  }

  #proof(principal: Principal, code: string): Proof {
    return { kind: 'code', check: (tx) => this.accepts(tx, principal.id, code), refusal: codeRefused };
  }
}

function codeRefused(): DomainError {
  return new DomainError('totp.code-refused', {
    field: '/code',
    detail: 'The six digits are wrong, too old, or were used already.',
    remedy: 'Wait for the next six digits; check the clock of your phone.',
  });
}
