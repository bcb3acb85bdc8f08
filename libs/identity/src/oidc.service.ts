import { Inject, Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { LessThan } from 'typeorm';
import { AuditService } from '#audit';
import { insertIfAbsent, type Tx, Transactions } from '#database';
import { DomainError } from '#kernel';
import { AddressProofsService } from './address-proofs.service.ts';
import { showsSecondFactor } from './domain/authentication-methods.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, type OidcSettings, SignInClock } from './identity-settings.ts';
import { takeOidcRequest } from './oidc.queries.ts';
import { OidcIdentityEntity } from './oidc-identity.entity.ts';
import { OidcRequestEntity } from './oidc-request.entity.ts';
import { type Origin, SessionsService, type TokenPair } from './sessions.service.ts';
import { userByIdentity } from './user.queries.ts';
import type { User } from './user.ts';
import { parseEmail, UsersService } from './users.service.ts';

const REQUEST_SECONDS = 600;

/** The address to send the browser to, and the state it must return with. */
export interface OidcStart {
  readonly url: URL;
  readonly state: string;
}

interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly secondFactor: boolean;
}

/**
 * Sign-in by an OpenID provider: authorization code flow with PKCE, state and nonce. At the first sign-in, an identity is linked to the
 * account of its verified e-mail address. A sign-in never creates an account, because accounts are created by invitations. If nobody had
 * proven the address before, a stranger may have set up the account, so everything that was set ends (see `AddressProofsService`).
 */
@Injectable()
export class OidcService {
  #discovered: Promise<client.Configuration> | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly users: UsersService,
    private readonly proofs: AddressProofsService,
    private readonly sessions: SessionsService,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /** `returnTo` is a path of the console. @throws DomainError `oidc.not-configured`, `oidc.unavailable` */
  async start(returnTo: string): Promise<OidcStart> {
    const oidc = this.#oidc();
    const configuration = await this.#configuration(oidc);
    const codeVerifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const now = this.clock.now();
    await this.transactions.run(async (tx) => {
      await tx.delete(OidcRequestEntity, { expiresAt: LessThan(now) });
      const expiresAt = new Date(now.getTime() + REQUEST_SECONDS * 1000);
      await tx.insert(OidcRequestEntity, { state, nonce, codeVerifier, returnTo, expiresAt });
    });
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: oidc.redirectUri,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url, state };
  }

  /**
   * Finishes what `start` began. `query` is the callback's; `browserState` the state this very browser was given.
   * @throws DomainError `oidc.refused`, `oidc.unknown-account`
   */
  async finish(query: string, browserState: string | undefined, origin: Origin): Promise<{ tokens: TokenPair; returnTo: string }> {
    const oidc = this.#oidc();
    const request = await this.#takeRequest(new URLSearchParams(query).get('state'), browserState);
    const identity = await this.#identity(oidc, query, request);
    const tokens = await this.transactions.run(async (tx) => {
      const user = await this.#user(tx, identity, origin);
      const tokens = await this.sessions.open(tx, user, { method: 'oidc', secondFactor: identity.secondFactor, origin });
      await this.audit.record(tx, {
        actor: { kind: 'user', id: user.id, name: user.name, ...(origin.address !== undefined && { address: origin.address }) },
        action: 'sign-in.succeeded',
        objectType: 'user',
        objectId: user.id,
        reason: `oidc ${identity.issuer}`,
      });
      return tokens;
    });
    return { tokens, returnTo: request.returnTo };
  }

  #oidc(): OidcSettings {
    if (this.settings.oidc !== undefined) return this.settings.oidc;
    throw new DomainError('oidc.not-configured', {
      detail: 'This deployment has no OpenID provider.',
      remedy: 'Sign in with a password.',
      kind: 'not-found',
    });
  }

  async #configuration(oidc: OidcSettings): Promise<client.Configuration> {
    // The signature of ID tokens is checked with the provider's published keys, although they come from the provider by TLS.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; only the setting OIDC_ALLOW_INSECURE reaches it
    const execute = [client.enableNonRepudiationChecks, ...(oidc.allowInsecure ? [client.allowInsecureRequests] : [])];
    this.#discovered ??= client.discovery(new URL(oidc.issuer), oidc.clientId, oidc.clientSecret, undefined, { execute });
    try {
      return await this.#discovered;
    } catch {
      this.#discovered = undefined;
      throw new DomainError('oidc.unavailable', {
        detail: 'The OpenID provider cannot be reached.',
        remedy: 'Try again in a moment, or sign in with a password.',
        kind: 'unavailable',
      });
    }
  }

  /** A request can be finished once, also when it fails. */
  async #takeRequest(
    state: string | null,
    browserState: string | undefined,
  ): Promise<{ nonce: string; codeVerifier: string; state: string; returnTo: string }> {
    // Another browser's state would sign this one in as somebody else.
    if (state === null || state !== browserState) throw refused('The answer of the provider does not belong to this browser.');
    const request = await this.transactions.run((tx) => takeOidcRequest(tx, state, this.clock.now()));
    if (request === undefined) throw refused('This sign-in was finished already, or took longer than ten minutes.');
    return { ...request, state };
  }

  async #identity(oidc: OidcSettings, query: string, request: { nonce: string; codeVerifier: string; state: string }): Promise<Identity> {
    const configuration = await this.#configuration(oidc);
    try {
      const tokens = await client.authorizationCodeGrant(configuration, new URL(`${oidc.redirectUri}?${query}`), {
        pkceCodeVerifier: request.codeVerifier,
        expectedState: request.state,
        expectedNonce: request.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('no ID token');
      const profile = claims['email'] === undefined ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
      const verified = profile['email_verified'] === true && typeof profile['email'] === 'string';
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: verified ? profile['email'] : undefined,
        secondFactor: showsSecondFactor(claims['amr']),
      };
    } catch (error) {
      throw refused(`The provider's answer was not accepted (${error instanceof Error ? error.message : 'unknown error'}).`);
    }
  }

  async #user(tx: Tx, identity: Identity, origin: Origin): Promise<User> {
    const linked = await userByIdentity(tx, identity.issuer, identity.subject);
    const user = linked ?? (identity.email === undefined ? undefined : await this.users.byEmail(tx, identity.email));
    if (user?.status !== 'active') {
      throw new DomainError('oidc.unknown-account', {
        detail: `There is no account for ${identity.email ?? 'an identity without a verified e-mail address'}.`,
        remedy: 'Ask your company or the park for an invitation to this address.',
        kind: 'forbidden',
      });
    }
    if (linked === undefined) {
      const { issuer, subject } = identity;
      await insertIfAbsent(tx, OidcIdentityEntity, { issuer, subject, userId: user.id, linkedAt: this.clock.now() });
    }
    if (identity.email === undefined || parseEmail(identity.email) !== user.email) return user;
    const actor = { kind: 'user' as const, id: user.id, name: user.name, ...(origin.address !== undefined && { address: origin.address }) };
    return await this.proofs.claim(tx, actor, await this.users.lock(tx, user.id), 'oidc');
  }
}

function refused(detail: string): DomainError {
  return new DomainError('oidc.refused', { detail, remedy: 'Start the sign-in again.', kind: 'unauthenticated' });
}
