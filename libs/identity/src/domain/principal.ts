import type { Action, Role } from './access.ts';
import { mayAct } from './access.ts';
import { DomainError } from '#kernel';

/**
 * The signed-in person of a request, in one capacity: for the park, or for one company. It is an `Actor` of the audit trail.
 */
export interface Principal {
  readonly kind: 'user';
  readonly id: string;
  readonly name: string;
  readonly address?: string;
  readonly roles: readonly Role[];
  /** The company acted for; absent for the park's people. */
  readonly tenantId?: string;
  /** What a personal token narrows its bearer to. */
  readonly scopes?: readonly Action[];
}

/** Whether `principal` may take `action` at all; on whose objects is for `tenantId` to say. */
export function may(principal: Principal, action: Action): boolean {
  return mayAct(principal.roles, action) && (principal.scopes?.includes(action) ?? true);
}

/** The company `principal` acts for. @throws DomainError `company.not-chosen` for one who acts for none */
export function companyOf(principal: Principal): string {
  if (principal.tenantId !== undefined) return principal.tenantId;
  throw new DomainError('company.not-chosen', {
    detail: 'This is done for a company, and you act for none.',
    remedy: 'Name one of your companies in the header X-Company.',
    kind: 'forbidden',
  });
}

/** Whether an object of `tenantId` exists for `principal`: the park's people see all, a company's people their own. */
export function sees(principal: Principal, tenantId: string): boolean {
  return principal.tenantId === undefined || principal.tenantId === tenantId;
}

/** The tenant a list is narrowed to: a company's people to their own whatever they ask for, the park's to what they `asked` for, if anything. */
export function narrowedTo(principal: Principal, asked?: string): string | undefined {
  return principal.tenantId ?? asked;
}
