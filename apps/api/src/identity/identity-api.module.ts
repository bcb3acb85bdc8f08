import { Module } from '@nestjs/common';
import { ParkRolesModule } from '#decisions';
import { TenancyModule } from '#tenancy';
import { MeController } from './me.controller.ts';
import { OidcController } from './oidc.controller.ts';
import { PasswordController } from './password.controller.ts';
import { SecondFactorController } from './second-factor.controller.ts';
import { SignInController } from './sign-in.controller.ts';
import { UsersController } from './users.controller.ts';

@Module({
  imports: [ParkRolesModule, TenancyModule],
  controllers: [SignInController, OidcController, PasswordController, MeController, SecondFactorController, UsersController],
})
export class IdentityApiModule {}
