import { Inject, Injectable } from '@nestjs/common';
import { generateSecret, generateURI, verifySync } from 'otplib';
import { IsNull } from 'typeorm';
import { AuditService } from '#audit';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { KeyRing, Seal, type Sealed } from '#sealing';
import type { Principal } from './domain/principal.ts';
import { GuardedChangesService, type Proof } from './guarded-changes.service.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';

import { SessionEntity } from './session.entity.ts';
import { UserEntity } from './user.entity.ts';

const STEP_SECONDS = 30;

/** What the authenticator app needs. It is shown once. */
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
    const { affected } = await tx.update(
      UserEntity,
      { id: user.id, totpConfirmedAt: IsNull() },
      { totpSecret: sealed.bytes, totpKeyId: sealed.keyId, totpLastStep: 0n, updatedAt: this.clock.now() },
    );
    if (affected === 0) {
      throw new DomainError('totp.enrolled', {
        detail: 'Your account has an authenticator app already.',
        remedy: 'Remove it first, with one of its codes.',
        kind: 'conflict',
      });
    }
    return { secret, uri: generateURI({ issuer: 'Speedspace', label: user.email, secret }) };
  }

  /**
   * Turns it on with a first code. The present session then counts as signed in with a second factor.
   * @throws DomainError `totp.code-refused`, `credential.locked`
   */
  async confirm(principal: Principal, sessionId: string, code: string): Promise<void> {
    await this.changes.make(principal, this.#proof(principal, code), async (tx) => {
      await tx.update(UserEntity, { id: principal.id, totpConfirmedAt: IsNull() }, { totpConfirmedAt: this.clock.now() });
      await tx.update(SessionEntity, { id: sessionId, userId: principal.id }, { secondFactor: true });
      await this.audit.record(tx, { actor: principal, action: 'totp.confirmed', objectType: 'user', objectId: principal.id });
    });
  }

  /** @throws DomainError `totp.code-refused`, `credential.locked` */
  async remove(principal: Principal, code: string): Promise<void> {
    await this.changes.make(principal, this.#proof(principal, code), async (tx) => {
      await tx.update(UserEntity, { id: principal.id }, { totpSecret: null, totpKeyId: null, totpConfirmedAt: null });
      await tx.update(SessionEntity, { userId: principal.id }, { secondFactor: false });
      await this.tokens.forgetSecondFactor(tx, principal.id);
      await this.audit.record(tx, { actor: principal, action: 'totp.removed', objectType: 'user', objectId: principal.id });
    });
  }

  /**
   * Whether `code` belongs to the present time step or one next to it, and was not used before. If so, it counts as used. A secret that is
   * sealed under an older key is sealed under the current one.
   * @throws DomainError `secrets.key-missing`
   */
  async accepts(tx: Tx, userId: string, code: string): Promise<boolean> {
    const account = await tx.findOne(UserEntity, { where: { id: userId }, lock: { mode: 'for_no_key_update' } });
    if (account?.totpSecret == null || !/^\d{6}$/.test(code)) return false;
    const epoch = Math.floor(this.clock.now().getTime() / 1000);
    const sealed: Sealed = { keyId: account.totpKeyId, bytes: account.totpSecret };
    const secret = this.#seal.open(sealed, userId);
    const result = verifySync({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
    if (!result.valid) return false;
    const step = BigInt(Math.floor(epoch / STEP_SECONDS) + result.delta);
    if (step <= account.totpLastStep) return false;
    await tx.update(UserEntity, { id: userId }, { totpLastStep: step });
    if (this.#seal.isOutdated(sealed)) {
      const { bytes, keyId } = this.#seal.seal(secret, userId);
      await tx.update(UserEntity, { id: userId }, { totpSecret: bytes, totpKeyId: keyId });
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
