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
  /** Why, where the request says so: what it changes bears it on the audit trail. */
  readonly reason?: string;
  readonly roles: readonly Role[];
  /** The company acted for; absent for the park's people. */
  readonly tenantId?: string;
  /** What a personal token narrows its bearer to. */
  readonly scopes?: readonly Action[];
  /** The deployment asks a second factor of this person's role, and the session has none: only the own account is open. */
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

/** Whether `principal` may take `action` at all; on whose objects is for `sees` to say. One's own account is open to all who signed in. */
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
    detail: 'This is done for a company, and you act for none.',
    remedy: 'Choose one of your companies (mss company use).',
    kind: 'forbidden',
  });
}

/** Whether `principal` is given a link that could not be mailed, to hand it on: administrators of the park alone. */
export function mayHandOnLinks(principal: Principal): boolean {
  return principal.tenantId === undefined && principal.roles.includes('administrator');
}

/** Whether an object of `tenantId` exists for `principal`: the park's people see all, a company's people their own. */
export function canRead(principal: Principal, tenantId: string): boolean {
  return principal.tenantId === undefined || principal.tenantId === tenantId;
}

/** The tenant a list is narrowed to: a company's people to their own whatever they ask for, the park's to what they `asked` for, if anything. */
export function scopedTenant(principal: Principal, asked?: string): string | undefined {
  return principal.tenantId ?? asked;
}
