import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { CompaniesController } from './companies.controller.ts';
import { MembersController } from './members.controller.ts';

@Module({ imports: [TenancyModule], controllers: [CompaniesController, MembersController] })
export class TenancyApiModule {}
