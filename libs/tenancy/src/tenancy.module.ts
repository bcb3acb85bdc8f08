import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CompaniesModule } from './companies.module.ts';
import { FormDraftsService } from './form-drafts.service.ts';
import { InvitationsService } from './invitations.service.ts';
import { MembersService } from './members.service.ts';
import { ProjectsService } from './projects.service.ts';

/** Needs the global `IdentityModule`, and a `Clock` from a global module of the app. */
@Module({
  imports: [AuditModule, CompaniesModule],
  providers: [MembersService, InvitationsService, FormDraftsService, ProjectsService],
  exports: [CompaniesModule, MembersService, InvitationsService, FormDraftsService, ProjectsService],
})
export class TenancyModule {}
