import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TokenPair } from '#identity';

const NAME = 'mss_refresh';
/** Sent to nothing but the routes that take it. */
const PATH = '/api/v1/auth';

interface CookieJar {
  readonly secure: boolean;
}

/** Puts the refresh token where no script reads it, and no other site sends it. */
export function keepInCookie(reply: FastifyReply, tokens: TokenPair, { secure }: CookieJar): void {
  reply.setCookie(NAME, tokens.refreshToken, { path: PATH, httpOnly: true, sameSite: 'strict', secure, expires: tokens.refreshExpiresAt });
}

export function refreshCookie(request: FastifyRequest): string | undefined {
  return request.cookies[NAME];
}

export function dropCookie(reply: FastifyReply): void {
  reply.clearCookie(NAME, { path: PATH });
}
