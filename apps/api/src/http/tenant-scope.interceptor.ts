import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Observable } from 'rxjs';
import { inTenantScope } from '#database';
import type { Action } from '#identity';
import { ACTION, type AuthenticatedRequest, PUBLIC } from './access.ts';

/** Actions about the person, and not about the company that they act for. The answers may contain their other companies. */
const PERSONAL: readonly (Action | typeof PUBLIC)[] = ['self', 'self.read', PUBLIC];

/**
 * Runs the requests of a company's members in their tenant's scope, so that row-level security protects also a query that forgets the tenant.
 */
@Injectable()
export class TenantScopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const tenantId = context.switchToHttp().getRequest<AuthenticatedRequest>().principal?.tenantId;
    const action = this.reflector.getAllAndOverride<Action | typeof PUBLIC>(ACTION, [context.getHandler(), context.getClass()]);
    if (tenantId === undefined || PERSONAL.includes(action)) return next.handle();
    return new Observable((subscriber) => inTenantScope(tenantId, () => next.handle().subscribe(subscriber)));
  }
}
