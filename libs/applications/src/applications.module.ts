import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { GrantsModule } from '#grants';
import { LedgerModule } from '#ledger';
import { ProgrammesModule } from '#programmes';
import { TenancyModule } from '#tenancy';
import { ApplicationDecisionsService } from './application-decisions.service.ts';
import { ApplicationsService } from './applications.service.ts';
import { AttachmentsService } from './attachments.service.ts';
import { CommentsService } from './comments.service.ts';
import { ParkProposalsService } from './park-proposals.service.ts';
import { RemindersService } from './reminders.service.ts';

/** Attachments of applications. */
@Module({ imports: [AuditModule], providers: [AttachmentsService], exports: [AttachmentsService] })
export class AttachmentsModule {}

/** What the park proposes of itself about a grant, and what people are reminded of. */
@Module({
  imports: [AuditModule, GrantsModule, LedgerModule],
  providers: [ParkProposalsService, RemindersService],
  exports: [ParkProposalsService, RemindersService],
})
export class ParkProposalsModule {}

const deciding = [ApplicationsService, ApplicationDecisionsService, CommentsService];

/** Applications and approvals: people decide here, so this module needs to know who they are. */
@Module({
  imports: [AuditModule, TenancyModule, ProgrammesModule, GrantsModule, AttachmentsModule, ParkProposalsModule],
  providers: deciding,
  exports: [...deciding, AttachmentsModule, ParkProposalsModule],
})
export class ApplicationsModule {}
