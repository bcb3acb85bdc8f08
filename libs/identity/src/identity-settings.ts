import { SystemClock } from '#kernel';

/** An OpenID provider people may sign in with. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Where the provider sends the browser back to: the API's `/auth/oidc/callback`. */
  readonly redirectUri: string;
  /** Lets the client talk to an issuer without TLS: a provider on this machine. */
  readonly allowInsecure: boolean;
}

/** Where `IdentitySettings` are injected from. */
export const IDENTITY_SETTINGS = Symbol('identity settings');

/** How people sign in to this deployment. Without a mail server, administrators of the park are given links to hand on, and nobody else. */
export interface IdentitySettings {
  /** Address of the console, for links. */
  readonly publicUrl: string;
  /** Whether the deployment has a mail server. The notifications send the mails. */
  readonly sendsMail: boolean;
  /** Sign access tokens: the first those that are new, all of them are accepted. At least one. */
  readonly signingSecrets: readonly string[];
  /** Seal TOTP secrets: the first those that are new, all of them open what is there. None: no authenticator app can be set up. */
  readonly sealingSecrets: readonly string[];
  readonly accessTokenSeconds: number;
  readonly sessionSeconds: number;
  /** Whether roles that move money must sign in with a second factor. */
  readonly secondFactorForMoney: boolean;
  /** Longest life of a personal token, in days. */
  readonly personalTokenDays: number;
  /** Most mails within an hour that people cause by asking: to one address, and by one person or network address. */
  readonly mailsPerAddress: number;
  readonly mailsPerRequester: number;
  /** For how many days a personal token counts as second factor, if it was made in a session that showed one. */
  readonly tokenSecondFactorDays: number;
  readonly oidc: OidcSettings | undefined;
}

/**
 * Credentials and sessions age in real time, also where a demo compresses the park's time: a session must not end after
 * seconds because a month went by in them.
 */
export class SignInClock extends SystemClock {}
