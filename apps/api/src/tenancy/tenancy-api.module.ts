import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { TenancyModule } from '#tenancy';
import { CompaniesController } from './companies.controller.ts';
import { CompanySpacesController } from './company-spaces.controller.ts';
import { InvitationsController } from './invitations.controller.ts';
import { MembersController } from './members.controller.ts';
import { ProjectsController } from './projects.controller.ts';

@Module({
  imports: [TenancyModule, AuditModule],
  controllers: [CompaniesController, CompanySpacesController, MembersController, InvitationsController, ProjectsController],
})
export class TenancyApiModule {}
