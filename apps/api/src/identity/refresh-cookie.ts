import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TokenPair } from '#identity';
import type { z } from 'zod';
import type { tokensAnswer } from './session.schemas.ts';

const NAME = 'mss_refresh';
/** Browsers send the cookie only to the routes that read it. */
const PATH = '/api/v1/auth';

interface CookieJar {
  readonly secure: boolean;
}

/** Stores the refresh token in a cookie that no script can read and no other site can send. */
export function keepInCookie(reply: FastifyReply, tokens: TokenPair, { secure }: CookieJar): void {
  reply.setCookie(NAME, tokens.refreshToken, { path: PATH, httpOnly: true, sameSite: 'strict', secure, expires: tokens.refreshExpiresAt });
}

export function refreshCookie(request: FastifyRequest): string | undefined {
  return request.cookies[NAME];
}

export function dropCookie(reply: FastifyReply): void {
  reply.clearCookie(NAME, { path: PATH });
}

/** The answer of a sign-in or a refresh. The refresh token is in the body or in the cookie. */
export function answerTokens(
  reply: FastifyReply,
  tokens: TokenPair,
  keepIn: 'body' | 'cookie',
  jar: CookieJar,
): z.infer<typeof tokensAnswer> {
  const { accessToken, expiresInSeconds, sessionId, refreshToken } = tokens;
  const answer = { accessToken, tokenType: 'Bearer' as const, expiresInSeconds, sessionId };
  if (keepIn === 'body') return { ...answer, refreshToken };
  keepInCookie(reply, tokens, jar);
  return answer;
}
