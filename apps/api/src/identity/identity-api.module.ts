import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { MeController } from './me.controller.ts';
import { SignInController } from './sign-in.controller.ts';

@Module({ imports: [TenancyModule], controllers: [SignInController, MeController] })
export class IdentityApiModule {}
