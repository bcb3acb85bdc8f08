import { DomainError } from '#kernel';
import { type Action, isReading, mayAct, type Role } from './access.ts';

/**
 * The signed-in person of a request, in one capacity: for the park, or for one company. It is an `Actor` of the audit trail.
 */
export interface Principal {
  readonly kind: 'user';
  readonly id: string;
  readonly name: string;
  readonly address?: string;
  /** The reason that the request gave. The audit trail records it with each change. */
  readonly reason?: string;
  readonly roles: readonly Role[];
  /** The company acted for; absent for the park's people. */
  readonly tenantId?: string;
  /** The actions that a personal token is limited to. */
  readonly scopes?: readonly Action[];
  /**
   * The deployment requires a second factor for this person's role, and the session has none. Only actions on the own account are allowed.
   */
  readonly awaitsSecondFactor?: boolean;
  /** The company acted for has graduated: it may read, not act. */
  readonly readOnly?: boolean;
  /** The session signed in with; absent with a personal token. */
  readonly sessionId?: string;
}

type Refusal = 'role' | 'scope' | 'second-factor' | 'read-only';

function refusal(principal: Principal, action: Action): Refusal | undefined {
  if (action === 'self.read') return undefined;
  if (principal.scopes !== undefined && !principal.scopes.includes(action)) return 'scope';
  if (action === 'self') return undefined;
  if (principal.awaitsSecondFactor === true) return 'second-factor';
  if (!mayAct(principal.roles, action)) return 'role';
  return principal.readOnly === true && !isReading(action) ? 'read-only' : undefined;
}

/** Whether `principal` may take `action` at all; `canRead` checks the object. Everybody who signed in may change their own account. */
export function may(principal: Principal, action: Action): boolean {
  return refusal(principal, action) === undefined;
}

/** @throws DomainError that says why `principal` may not take `action` */
export function requireMay(principal: Principal, action: Action): void {
  switch (refusal(principal, action)) {
    case undefined:
      return;
    case 'scope':
      throw forbidden('access.scope', `This personal token does not cover ${action}.`, 'Make one that does.');
    case 'second-factor':
      throw forbidden(
        'second-factor.required',
        'Your role signs in with a second factor, and this session has none.',
        'Set up an authenticator app, or sign in with its code.',
      );
    case 'role':
      if (principal.roles.length === 0 && principal.tenantId === undefined) companyOf(principal);
      throw forbidden('access.role', `Your role does not cover ${action}.`, 'Ask somebody whose role does.');
    case 'read-only':
      throw forbidden('company.graduated', 'Your company has graduated: it may read, not act.', 'Ask the park.');
  }
}

function forbidden(code: string, detail: string, remedy: string): DomainError {
  return new DomainError(code, { detail, remedy, kind: 'forbidden' });
}

/** The company `principal` acts for. @throws DomainError `company.not-chosen` for one who acts for none */
export function companyOf(principal: Principal): string {
  if (principal.tenantId !== undefined) return principal.tenantId;
  throw new DomainError('company.not-chosen', {
    detail: 'This action is taken for a company, and you act for none.',
    remedy: 'Choose one of your companies (mss company use).',
    kind: 'forbidden',
  });
}

/** Whether `principal` may get a link that could not be mailed, to hand it on. Only administrators of the park may. */
export function mayHandOnLinks(principal: Principal): boolean {
  return principal.tenantId === undefined && principal.roles.includes('administrator');
}

/** Whether `principal` may read objects of `tenantId`: the park's people read all, a company's people their own. */
export function canRead(principal: Principal, tenantId: string): boolean {
  return principal.tenantId === undefined || principal.tenantId === tenantId;
}

/**
 * The tenant that a list is limited to: for a company's people always their own, for the park's people the one they `asked` for, if any.
 */
export function scopedTenant(principal: Principal, asked?: string): string | undefined {
  return principal.tenantId ?? asked;
}
