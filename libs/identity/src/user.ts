import type { ParkRole } from './domain/access.ts';

export const USER_STATUSES = ['active', 'disabled'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

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
  /** Roles for the park; the tenancy module has their roles in companies. */
  readonly parkRoles: readonly ParkRole[];
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly createdAt: Date;
}
