import { createParamDecorator, type ExecutionContext, SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Action, Credential, Principal } from '#identity';

export const ACTION = 'speedspace:action';
export const PUBLIC = 'public';

/** A request that passed the guard. */
export interface AuthenticatedRequest extends FastifyRequest {
  /** What passport's strategies found. */
  user?: Credential;
  principal?: Principal;
  /** Repeats the checks of the guard, for answers that take hours. @throws DomainError when the caller may no longer read */
  stillAllowed?: () => Promise<void>;
}

/** Who reads a stream, and the check that they still may. */
export interface StreamAccess {
  readonly principal: Principal;
  /** @throws DomainError when the person, their session or token, their role or their membership no longer allows it */
  readonly stillAllowed: () => Promise<void>;
}

/** The action of a route. The guard lets people through who may take it by the access table of `identity`. */
export function Allow(action: Action): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ACTION, action), ApiBearerAuth(), ApiExtension('x-action', action));
}

/** A route for people who have not signed in. */
export function Public(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ACTION, PUBLIC), ApiExtension('x-action', PUBLIC));
}

/** The person the guard let through, as `Principal`. */
export const CurrentPrincipal = createParamDecorator((_data: undefined, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal === undefined) throw new Error('a public route has no principal');
  return principal;
});

/** The access of the person who asked for a stream, as `StreamAccess`. */
export const CurrentStreamAccess = createParamDecorator((_data: undefined, context: ExecutionContext): StreamAccess => {
  const { principal, stillAllowed } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal === undefined || stillAllowed === undefined) throw new Error('a public route has no stream access');
  return { principal, stillAllowed };
});
