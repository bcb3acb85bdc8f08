import { type CanActivate, type ExecutionContext, HttpStatus, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networkOf } from '#identity';
import type { AuthenticatedRequest } from './access.ts';
import { HttpProblem } from './problem.ts';

/** Requests per minute and bytes of their bodies, from the settings. */
export interface Limits {
  readonly signIn: number;
  readonly refresh: number;
  readonly submission: number;
  readonly bodyBytes: number;
  readonly uploadBytes: number;
}

declare module 'fastify' {
  interface FastifyInstance {
    limits: Limits;
    submissionLimit: SubmissionLimit;
  }
}

const MINUTE = '1 minute';
const SUBMISSION = 'speedspace:submission';

type SubmissionLimit = ReturnType<FastifyInstance['createRateLimit']>;

/** A limit per network address: sign-ins, links by mail. */
export const LimitedSignIn = (): MethodDecorator => limitedByAddress(({ signIn }) => signIn);

/**
 * A limit per network address: refreshes. It is larger than that of sign-ins, because a refresh token cannot be guessed, and everybody of
 * a company may come from one address.
 */
export const LimitedRefresh = (): MethodDecorator => limitedByAddress(({ refresh }) => refresh);

function limitedByAddress(most: (limits: Limits) => number): MethodDecorator {
  return RouteConfig({
    rateLimit: {
      timeWindow: MINUTE,
      max: (request: FastifyRequest) => most(request.server.limits),
      keyGenerator: (request: FastifyRequest) => networkOf(request.ip),
    },
  });
}

/** A limit per person: submissions of jobs and applications, see `SubmissionGuard`. */
export const LimitedSubmission = (): MethodDecorator => SetMetadata(SUBMISSION, true);

/** Counts one submission of the signed-in person. */
export function submissionLimit(fastify: FastifyInstance): SubmissionLimit {
  return fastify.createRateLimit({
    timeWindow: MINUTE,
    max: (request: FastifyRequest) => request.server.limits.submission,
    // Counted by route and person, whatever token, header or company the person uses.
    keyGenerator: (request: AuthenticatedRequest) => `${request.routeOptions.url ?? ''} ${request.principal?.id ?? networkOf(request.ip)}`,
  });
}

/** Limits the submissions of a person. It runs after `AccessGuard`, which finds the person. */
@Injectable()
export class SubmissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<boolean | undefined>(SUBMISSION, context.getHandler()) !== true) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const counted = await request.server.submissionLimit(request);
    if (counted.isAllowed || !counted.isExceeded) return true;
    throw new HttpProblem(
      HttpStatus.TOO_MANY_REQUESTS,
      'request.too-many',
      `You submit at most ${counted.max} a minute.`,
      { remedy: `Try again in ${counted.ttlInSeconds} s.` },
      counted.ttlInSeconds,
    );
  }
}
