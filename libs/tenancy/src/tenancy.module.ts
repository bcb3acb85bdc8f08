import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CompaniesService } from './companies.service.ts';
import { InvitationsService } from './invitations.service.ts';
import { MembersService } from './members.service.ts';

/** Needs the global `IdentityModule`, and a `Clock` from a global module of the app. */
@Module({
  imports: [AuditModule],
  providers: [CompaniesService, MembersService, InvitationsService],
  exports: [CompaniesService, MembersService, InvitationsService],
})
export class TenancyModule {}
