import { type DynamicModule, Module } from '@nestjs/common';
import { PARK_IDENTITY } from './park-identity.token.ts';
import { SigningKeysService } from './signing-keys.service.ts';
import type { ParkIdentity } from './signing-settings.ts';

/** The park's name and key. Needs the database and a `Clock` from global modules of the app. */
@Module({})
export class SigningModule {
  static forRoot(park: ParkIdentity): DynamicModule {
    return {
      module: SigningModule,
      global: true,
      providers: [{ provide: PARK_IDENTITY, useValue: park }, SigningKeysService],
      exports: [SigningKeysService],
    };
  }
}
