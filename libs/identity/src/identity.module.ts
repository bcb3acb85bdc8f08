import { type DynamicModule, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { AuditModule } from '#audit';
import { AddressProofsService } from './address-proofs.service.ts';
import { FailedAttemptsService } from './failed-attempts.service.ts';
import { GuardedChangesService } from './guarded-changes.service.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { JwtStrategy, TOKEN_ISSUER } from './jwt.strategy.ts';
import { KeyRing } from '#sealing';
import { MailQuotaService } from './mail-quota.service.ts';
import { OidcService } from './oidc.service.ts';
import { PasswordLinksService } from './password-links.service.ts';
import { PersonalTokenStrategy } from './personal-token.strategy.ts';
import { PersonalTokensService } from './personal-tokens.service.ts';
import { SecondFactorService } from './second-factor.service.ts';
import { SessionsService } from './sessions.service.ts';
import { SignInService } from './sign-in.service.ts';
import { UsersService } from './users.service.ts';

const SERVICES = [
  UsersService,
  FailedAttemptsService,
  GuardedChangesService,
  MailQuotaService,
  AddressProofsService,
  SignInService,
  OidcService,
  SessionsService,
  SecondFactorService,
  PersonalTokensService,
  PasswordLinksService,
];

/** Needs a `Clock` from a global module of the app. Global, because the controllers of all modules need it. */
@Module({})
export class IdentityModule {
  static forRoot(settings: IdentitySettings): DynamicModule {
    const { current: signing } = new KeyRing(settings.signingSecrets);
    if (signing === undefined) throw new Error('a deployment needs a secret to sign access tokens with');
    return {
      module: IdentityModule,
      global: true,
      imports: [
        AuditModule,
        PassportModule,
        JwtModule.register({
          secret: signing.secret,
          signOptions: {
            keyid: signing.id,
            algorithm: 'HS256',
            issuer: TOKEN_ISSUER,
            audience: TOKEN_ISSUER,
            expiresIn: settings.accessTokenSeconds,
          },
        }),
      ],
      providers: [{ provide: IDENTITY_SETTINGS, useValue: settings }, SignInClock, PersonalTokenStrategy, JwtStrategy, ...SERVICES],
      exports: [IDENTITY_SETTINGS, SignInClock, ...SERVICES],
    };
  }
}
