import type { ParkRole } from './domain/access.ts';

export type UserStatus = 'active' | 'disabled';

/** A person with an account. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly status: UserStatus;
  /** Roles for the park; roles in companies are the tenancy room's. */
  readonly parkRoles: readonly ParkRole[];
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly createdAt: Date;
}

export const USER_COLUMNS = `u.id, u.email, u.name, u.status, u.password_hash IS NOT NULL AS "hasPassword",
  u.totp_confirmed_at IS NOT NULL AS "hasTotp", u.created_at AS "createdAt",
  ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"`;
