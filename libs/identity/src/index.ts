/**
 * identity — the people: users, credentials, sessions, personal tokens, OIDC, and the one table of who may do what. It must never
 * know which companies a person belongs to: that is in `tenancy`. Views for the SQL of others: `role_holder`.
 */
export { AddressProofsService } from './address-proofs.service.ts';
export type { Credential, SessionCredential } from './credential.ts';
export {
  ACTIONS,
  type Action,
  COMPANY_ROLES,
  type CompanyRole,
  MONEY_ROLES,
  PARK_ROLES,
  type ParkRole,
  ROLES,
  type Role,
  TOKEN_SCOPES,
  rolesThatMay,
} from './domain/access.ts';
export type { LinkDelivery } from './domain/link-delivery.ts';
export { type Principal, companyOf, may, mayHandOnLinks, scopedTenant, requireMay, canRead } from './domain/principal.ts';
export { type CredentialRetention, deleteEndedCredentials } from './ended-credentials.queries.ts';
export { FailedAttemptsService } from './failed-attempts.service.ts';
export { IdentityModule } from './identity.module.ts';
export { IDENTITY_SETTINGS, type IdentitySettings, type OidcSettings, SignInClock } from './identity-settings.ts';
export { MailQuotaService } from './mail-quota.service.ts';
export { activePerson, mailedPasswordLink, PASSWORD_LINK_ASKED, passwordLinkPath, setLinkMailFailure } from './mailed-links.ts';
export { networkOf } from './network.ts';
export { OidcService, type OidcStart } from './oidc.service.ts';
export { PasswordLinksService, type SentLink } from './password-links.service.ts';
export type { PersonalToken } from './personal-token.queries.ts';
export { PersonalTokensService } from './personal-tokens.service.ts';
export { type FoundUser, searchUsers } from './search.queries.ts';
export { SecondFactorService, type TotpEnrolment } from './second-factor.service.ts';
export { fingerprint, newSecret } from './secrets.ts';
export { type Origin, type Session, SessionsService, type TokenPair } from './sessions.service.ts';
export { type PasswordCredentials, SignInService } from './sign-in.service.ts';
export type { SignedIn } from './signed-in.ts';
export { EMAIL_PROOFS, type EmailProof, type User, type UserStatus } from './user.ts';
export { holdersOf, type UserFilter } from './user.queries.ts';
export { type NewUser, UsersService, parseEmail, requireProven } from './users.service.ts';
