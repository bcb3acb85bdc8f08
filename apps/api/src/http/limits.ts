import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** Requests per minute and bytes of their bodies, from the settings. */
export interface Limits {
  readonly signIn: number;
  readonly submission: number;
  readonly bodyBytes: number;
  readonly uploadBytes: number;
}

declare module 'fastify' {
  interface FastifyInstance {
    limits: Limits;
  }
}

const MINUTE = '1 minute';

/** Per network address: sign-ins, refreshes, links by mail. */
export const LimitedSignIn = (): MethodDecorator =>
  RouteConfig({ rateLimit: { timeWindow: MINUTE, max: (request: FastifyRequest) => request.server.limits.signIn } });

/** Per caller: submissions of jobs and applications. */
export const LimitedSubmission = (): MethodDecorator =>
  RouteConfig({
    rateLimit: {
      timeWindow: MINUTE,
      max: (request: FastifyRequest) => request.server.limits.submission,
      keyGenerator: (request: FastifyRequest) => request.headers.authorization ?? request.ip,
    },
  });
