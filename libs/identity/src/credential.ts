import type { AccessClaims } from './sessions.service.ts';

/** What a passport strategy found in a request. Whether it is still valid, only the database knows: `authenticate` of the two services. */
export type Credential = SessionCredential | PersonalTokenCredential;

/** The claims of an access token with a good signature: for `SessionsService.authenticate`. */
export interface SessionCredential {
  readonly kind: 'session';
  readonly claims: AccessClaims;
}

/** Something in the form of a personal token: for `PersonalTokensService.authenticate`. */
export interface PersonalTokenCredential {
  readonly kind: 'personal-token';
  readonly token: string;
}
