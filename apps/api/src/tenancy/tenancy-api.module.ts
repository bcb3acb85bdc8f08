import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { CompaniesController } from './companies.controller.ts';
import { InvitationsController } from './invitations.controller.ts';
import { MembersController } from './members.controller.ts';

@Module({ imports: [TenancyModule], controllers: [CompaniesController, MembersController, InvitationsController] })
export class TenancyApiModule {}
