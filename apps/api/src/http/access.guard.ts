import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { type Tx, Transactions } from '#database';
import {
  type AccessClaims,
  type Action,
  bearerToken,
  PERSONAL_TOKEN_PREFIX,
  PersonalTokensService,
  requireMay,
  SessionsService,
  type SignedIn,
} from '#identity';
import { DomainError } from '#kernel';
import { MembersService, type Membership } from '#tenancy';
import { reasonOf } from './reason.ts';
import { ACTION, type AuthenticatedRequest, PUBLIC } from './access.ts';

/** What shows who asks: the claims of an access token, or a personal token. */
type Credential = AccessClaims | { readonly personalToken: string };

/** The one guard of all routes: who asks, for whom they act, and whether the route's action is theirs. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly transactions: Transactions,
    private readonly sessions: SessionsService,
    private readonly tokens: PersonalTokensService,
    private readonly members: MembersService,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const action = this.reflector.getAllAndOverride<Action | typeof PUBLIC | undefined>(ACTION, [context.getHandler(), context.getClass()]);
    if (action === PUBLIC) return true;
    if (action === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name} declares no action`);
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const credential = await this.#credentialOf(context, request);
    const asked = request.headers['x-company'];
    const company = typeof asked === 'string' && asked !== '' ? asked : undefined;
    const principal = this.members.principal(...(await this.#personOf(credential)), company, request.ip);
    const reason = reasonOf(request);
    request.principal = reason === undefined ? principal : { ...principal, reason };
    requireMay(request.principal, action);
    // The tenant's role may read no session: this is asked outside the tenant's scope, as here, whoever asks it later.
    request.stillAllowed = AsyncLocalStorage.bind(async () => {
      const now = await this.#personOf(credential);
      requireMay(this.members.principal(...now, principal.tenantId ?? company, request.ip), action);
    });
    return true;
  }

  /** Who holds the credential, while it is good, and their memberships: one connection is asked for both. */
  async #personOf(credential: Credential): Promise<[SignedIn, Membership[]]> {
    return await this.transactions.onOneConnection((reader) =>
      'personalToken' in credential ? this.#ofPersonalToken(reader, credential.personalToken) : this.#ofSession(reader, credential),
    );
  }

  async #ofPersonalToken(reader: Tx, personalToken: string): Promise<[SignedIn, Membership[]]> {
    const signedIn = await this.tokens.authenticate(reader, personalToken);
    return [signedIn, await this.members.of(reader, signedIn.userId)];
  }

  /**
   * The session may have been refreshed since: it is asked for by its id, whatever became of the access token. The claims name the
   * person, so that both questions are sent at once; neither answer counts without the other.
   */
  async #ofSession(reader: Tx, claims: AccessClaims): Promise<[SignedIn, Membership[]]> {
    const answers = [this.sessions.authenticate(reader, claims), this.members.of(reader, claims.sub)] as const;
    // The connection goes back once nothing is asked of it any more.
    await Promise.allSettled(answers);
    return await Promise.all(answers);
  }

  /** Passport's own refusals all mean the same to a caller. */
  override handleRequest<T>(error: unknown, user: T): T {
    if (error instanceof Error) throw error;
    if (user) return user;
    throw new DomainError('access-token.refused', {
      detail: 'The access token is missing, malformed, or past its end.',
      remedy: 'Sign in, or refresh the session.',
      kind: 'unauthenticated',
    });
  }

  async #credentialOf(context: ExecutionContext, request: AuthenticatedRequest): Promise<Credential> {
    const bearer = bearerToken(request.headers.authorization);
    if (bearer?.startsWith(PERSONAL_TOKEN_PREFIX) === true) return { personalToken: bearer };
    await super.canActivate(context);
    if (request.user === undefined) throw new Error('passport let a request through without a user');
    return request.user;
  }
}
