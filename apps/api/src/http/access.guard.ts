import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { Transactions } from '#database';
import { type Action, bearerToken, PERSONAL_TOKEN_PREFIX, PersonalTokens, requireMay, Sessions, type SignedIn } from '#identity';
import { DomainError } from '#kernel';
import { Members } from '#tenancy';
import { reasonOf } from './reason.ts';
import { ACTION, type AuthenticatedRequest, PUBLIC } from './access.ts';

/** The one guard of all routes: who asks, for whom they act, and whether the route's action is theirs. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly transactions: Transactions,
    private readonly sessions: Sessions,
    private readonly tokens: PersonalTokens,
    private readonly members: Members,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const action = this.reflector.getAllAndOverride<Action | typeof PUBLIC | undefined>(ACTION, [context.getHandler(), context.getClass()]);
    if (action === PUBLIC) return true;
    if (action === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name} declares no action`);
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const signedIn = await this.#signedIn(context, request);
    const asked = request.headers['x-company'];
    const company = typeof asked === 'string' && asked !== '' ? asked : undefined;
    const principal = await this.members.principal(this.transactions.reader, signedIn, company, request.ip);
    const reason = reasonOf(request);
    request.principal = reason === undefined ? principal : { ...principal, reason };
    requireMay(request.principal, action);
    // The tenant's role may read no session: this is asked outside the tenant's scope, as here, whoever asks it later.
    request.stillAllowed = AsyncLocalStorage.bind(async () => {
      const now = await this.#signedInStill(request, signedIn);
      const again = await this.members.principal(this.transactions.reader, now, principal.tenantId ?? company, request.ip);
      requireMay(again, action);
    });
    return true;
  }

  /** The session may have been refreshed since: it is asked for by its id, whatever became of the access token. */
  async #signedInStill(request: AuthenticatedRequest, { userId, sessionId }: SignedIn): Promise<SignedIn> {
    if (sessionId !== undefined) return await this.sessions.authenticate(this.transactions.reader, { sub: userId, sid: sessionId });
    return await this.tokens.authenticate(this.transactions.reader, bearerToken(request.headers.authorization) ?? '');
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

  async #signedIn(context: ExecutionContext, request: AuthenticatedRequest): Promise<SignedIn> {
    const bearer = bearerToken(request.headers.authorization);
    if (bearer?.startsWith(PERSONAL_TOKEN_PREFIX) === true) return await this.tokens.authenticate(this.transactions.reader, bearer);
    await super.canActivate(context);
    if (request.user === undefined) throw new Error('passport let a request through without a user');
    return request.user;
  }
}
