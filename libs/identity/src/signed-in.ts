import type { Action, ParkRole } from './domain/access.ts';

/** The person of a valid credential, before the company they act for is known. */
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
  /** The actions that a personal token is limited to. */
  readonly scopes?: readonly Action[];
}
