import { createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { type SecretOrKeyProvider, Strategy } from 'passport-jwt';
import { bearerToken } from './bearer.ts';
import { IDENTITY_SETTINGS, type IdentitySettings } from './identity-settings.ts';
import { KeyRing } from '#sealing';
import type { SessionCredential } from './credential.ts';
import type { AccessClaims } from './sessions.service.ts';

export const TOKEN_ISSUER = 'speedspace';

/** Takes access tokens with a good signature. They name a person and a session; `SessionsService.authenticate` checks that it lasts. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(@Inject(IDENTITY_SETTINGS) settings: IdentitySettings) {
    super({
      jwtFromRequest: (request: { headers: { authorization?: string } }) => bearerToken(request.headers.authorization) ?? null,
      secretOrKeyProvider: keyProvider(new KeyRing(settings.signingSecrets)),
      algorithms: ['HS256'],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_ISSUER,
    });
  }

  validate(claims: AccessClaims): SessionCredential {
    return { kind: 'session', claims };
  }
}

/**
 * Finds the key that a token names in its header. A token without a key id was signed before secrets had ids. The keys are made
 * once: with a secret as text, each verification would first try to read it as a public key, which takes longer than all the rest.
 */
function keyProvider(keys: KeyRing): SecretOrKeyProvider {
  const made = new Map(keys.all.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]));
  return (_request, token: string, done) => {
    const id = keyIdOf(token) ?? keys.current?.id;
    const key = id === undefined ? undefined : made.get(id);
    // jsonwebtoken takes a KeyObject, which the types of passport-jwt do not know.
    done(key === undefined ? new Error('the token names an unknown key') : null, key as unknown as Buffer | undefined);
  };
}

function keyIdOf(token: string): string | undefined {
  try {
    const header = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()) as { kid?: unknown };
    return typeof header.kid === 'string' ? header.kid : undefined;
  } catch {
    return undefined;
  }
}
