import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { bearerToken } from './bearer.ts';
import type { PersonalTokenCredential } from './credential.ts';
import { PERSONAL_TOKEN_PREFIX } from './personal-tokens.service.ts';

/** Takes bearer tokens with the prefix of personal tokens. It leaves all others to the next strategy. */
@Injectable()
export class PersonalTokenStrategy extends PassportStrategy(passport.Strategy, 'personal-token') {
  override authenticate(request: IncomingMessage): void {
    const token = bearerToken(request.headers.authorization);
    if (token?.startsWith(PERSONAL_TOKEN_PREFIX) === true) this.success(this.validate(token));
    else this.fail(undefined);
  }

  validate(token: string): PersonalTokenCredential {
    return { kind: 'personal-token', token };
  }
}
