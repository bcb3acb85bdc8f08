import type { Action, ParkRole } from './domain/access.ts';

/** A person whose credential was found good, before it is clear for whom they act. */
export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly parkRoles: readonly ParkRole[];
  /** Absent with a personal token. */
  readonly sessionId?: string;
  /** A session that showed a second factor, or a personal token that was made in one not long ago. */
  readonly secondFactor: boolean;
  /** The company a personal token was made for; a token without one was made for the park. */
  readonly tenantId?: string;
  /** What a personal token is narrowed to. */
  readonly scopes?: readonly Action[];
}
