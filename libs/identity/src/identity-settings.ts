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

/** How people sign in to this deployment. Without a mail server, only administrators of the park get links, to hand them on. */
export interface IdentitySettings {
  /** Address of the console, for links. */
  readonly publicUrl: string;
  /** Whether the deployment has a mail server. The notifications send the mails. */
  readonly sendsMail: boolean;
  /** Secrets for access tokens, at least one: the first signs new tokens, tokens of all of them are accepted. */
  readonly signingSecrets: readonly string[];
  /** Keys for TOTP secrets: the first encrypts new ones, all of them decrypt. None: no authenticator app can be set up. */
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
 * Credentials and sessions age in real time, also where a demo compresses the park's time. Otherwise a session would end after the few
 * seconds in which a month of the demo passes.
 */
export class SignInClock extends SystemClock {}
