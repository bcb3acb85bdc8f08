import type { ParkRole } from './domain/access.ts';

export type UserStatus = 'active' | 'disabled';

/**
 * How it was shown that an account belongs to the person of its e-mail address: a mailed link was used (`mail`), an OpenID provider
 * verified it (`oidc`), an administrator answered for it (`administrator`), or whoever runs the deployment did (`operator`).
 * `upgrade`: the account had a role for the park before proofs were kept.
 */
export const EMAIL_PROOFS = ['mail', 'oidc', 'administrator', 'operator', 'upgrade'] as const;
export type EmailProof = (typeof EMAIL_PROOFS)[number];

/** A person with an account. */
export interface User {
  readonly id: string;
  readonly email: string;
  /** Null: nobody has shown that the account belongs to the person of the address. It gets no role for the park. */
  readonly emailProvenBy: EmailProof | null;
  readonly name: string;
  readonly status: UserStatus;
  /** Roles for the park; roles in companies are the tenancy room's. */
  readonly parkRoles: readonly ParkRole[];
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly createdAt: Date;
}

export const USER_COLUMNS = `u.id, u.email, u.email_proven_by AS "emailProvenBy", u.name, u.status, u.password_hash IS NOT NULL AS "hasPassword",
  u.totp_confirmed_at IS NOT NULL AS "hasTotp", u.created_at AS "createdAt",
  ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"`;
