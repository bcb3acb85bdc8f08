import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { Transactions } from '#database';
import { bearerToken } from './bearer.ts';
import { IDENTITY_SETTINGS, type IdentitySettings } from './identity-settings.ts';
import { type AccessClaims, Sessions } from './sessions.service.ts';
import type { SignedIn } from './signed-in.ts';

export const TOKEN_ISSUER = 'speedspace';

/** Access tokens: the signature says who and which session, the database whether that still holds. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    @Inject(IDENTITY_SETTINGS) settings: IdentitySettings,
    private readonly sessions: Sessions,
    private readonly transactions: Transactions,
  ) {
    super({
      jwtFromRequest: (request: { headers: { authorization?: string } }) => bearerToken(request.headers.authorization) ?? null,
      secretOrKey: settings.secret,
      algorithms: ['HS256'],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_ISSUER,
    });
  }

  async validate(claims: AccessClaims): Promise<SignedIn> {
    return await this.sessions.authenticate(this.transactions.reader, claims);
  }
}
