import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { type Tx, Transactions } from '#database';
import {
  type Action,
  type Credential,
  PersonalTokensService,
  type Principal,
  requireMay,
  type SessionCredential,
  SessionsService,
  type SignedIn,
} from '#identity';
import { DomainError } from '#kernel';
import { MembersService, type Membership } from '#tenancy';
import { reasonOf } from './reason.ts';
import { ACTION, type AuthenticatedRequest, PUBLIC } from './access.ts';

/** The guard of all routes. It finds who calls and for which company they act, and checks that they may take the route's action. */
@Injectable()
export class AccessGuard extends AuthGuard(['personal-token', 'jwt']) {
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
    await super.canActivate(context);
    const credential = request.user;
    if (credential === undefined) throw new Error('passport let a request through without a credential');
    const asked = request.headers['x-company'];
    const company = typeof asked === 'string' && asked !== '' ? asked : undefined;
    const principal = this.members.principal(...(await this.#personOf(credential)), company, request.ip);
    const reason = reasonOf(request);
    request.principal = reason === undefined ? principal : { ...principal, reason };
    requireMay(request.principal, action);
    // Later checks run in this context, outside the tenant's scope, because the database role of tenants may not read sessions.
    request.stillAllowed = AsyncLocalStorage.bind(async () => {
      const present = this.members.principal(...(await this.#personOf(credential)), principal.tenantId ?? company, request.ip);
      requireMay(present, action);
      requireSameRights(principal, present);
    });
    return true;
  }

  /** The person of a valid credential, and their memberships, by one connection. */
  async #personOf(credential: Credential): Promise<[SignedIn, Membership[]]> {
    return await this.transactions.onOneConnection((reader) =>
      credential.kind === 'personal-token' ? this.#ofPersonalToken(reader, credential.token) : this.#ofSession(reader, credential),
    );
  }

  async #ofPersonalToken(reader: Tx, token: string): Promise<[SignedIn, Membership[]]> {
    const signedIn = await this.tokens.authenticate(reader, token);
    return [signedIn, await this.members.of(reader, signedIn.userId)];
  }

  /** Sends both questions at once, because the claims name the person. An answer counts only if both succeed. */
  async #ofSession(reader: Tx, { claims }: SessionCredential): Promise<[SignedIn, Membership[]]> {
    const answers = [this.sessions.authenticate(reader, claims), this.members.of(reader, claims.sub)] as const;
    // Both queries must have ended before the connection goes back to the pool.
    await Promise.allSettled(answers);
    return await Promise.all(answers);
  }

  /** The same answer for all refusals of passport's strategies. */
  override handleRequest<T>(error: unknown, user: T): T {
    if (error instanceof Error) throw error;
    if (user) return user;
    throw new DomainError('access-token.refused', {
      detail: 'The access token is missing, malformed, or expired.',
      remedy: 'Sign in, or refresh the session.',
      kind: 'unauthenticated',
    });
  }
}

/** A long answer was begun with the rights of its reader at that time. @throws DomainError `stream.rights-changed` */
function requireSameRights(before: Principal, present: Principal): void {
  if (rightsOf(before) === rightsOf(present)) return;
  throw new DomainError('stream.rights-changed', {
    detail: 'Your role has changed since this stream was opened.',
    remedy: 'Open it again.',
    kind: 'forbidden',
  });
}

function rightsOf({ roles, tenantId, scopes, readOnly, awaitsSecondFactor }: Principal): string {
  return JSON.stringify([roles, tenantId, scopes, readOnly, awaitsSecondFactor]);
}
