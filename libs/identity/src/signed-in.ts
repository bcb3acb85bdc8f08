import type { Action, ParkRole } from './domain/access.ts';

/** A person whose credential was found good, before it is clear for whom they act. */
export interface SignedIn {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly parkRoles: readonly ParkRole[];
  /** Absent with a personal token. */
  readonly sessionId?: string;
  /** A session that showed a second factor; personal tokens were made in one where that is asked for. */
  readonly secondFactor: boolean;
  /** The company a personal token was made for. */
  readonly tenantId?: string;
  /** What a personal token is narrowed to. */
  readonly scopes?: readonly Action[];
}
