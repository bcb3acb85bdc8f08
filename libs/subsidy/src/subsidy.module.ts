import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { LedgerModule } from '#ledger';
import { TenancyModule } from '#tenancy';
import { ApplicationDecisionsService } from './application-decisions.service.ts';
import { ApplicationsService } from './applications.service.ts';
import { AttachmentStore, DatabaseAttachmentStore } from './attachment-store.ts';
import { AttachmentsService } from './attachments.service.ts';
import { CommentsService } from './comments.service.ts';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';
import { GrantsService } from './grants.service.ts';
import { GrantSheetsService } from './grant-sheets.service.ts';
import { ParkProposalsService } from './park-proposals.service.ts';
import { ProgrammesService } from './programmes.service.ts';
import { RemindersService } from './reminders.service.ts';
import { S3AttachmentStore, type S3Settings } from './s3-attachment-store.ts';

const services = [ProgrammesService, GrantsService, ParkProposalsService, GrantSheetsService, ConcurrencyLimitsService, RemindersService];

/** What funding, scheduling and replay build on. */
@Module({ imports: [AuditModule, CatalogModule, LedgerModule], providers: services, exports: services })
export class SubsidyModule {}

/** Attachments and where their bytes lie. */
@Module({})
export class AttachmentsModule {
  /** @param bucket where attachments are kept; absent: in the database */
  static with(bucket?: S3Settings): DynamicModule {
    const inDatabase = new DatabaseAttachmentStore();
    const store = bucket === undefined ? inDatabase : new S3AttachmentStore(bucket, inDatabase);
    return {
      module: AttachmentsModule,
      imports: [AuditModule],
      providers: [AttachmentsService, { provide: AttachmentStore, useValue: store }],
      exports: [AttachmentsService],
    };
  }
}

const deciding = [ApplicationsService, ApplicationDecisionsService, CommentsService];

/** Applications and approvals: where people decide, so it needs to know who they are. */
@Module({})
export class ApplicationsModule {
  /** @param bucket where attachments are kept; absent: in the database */
  static with(bucket?: S3Settings): DynamicModule {
    const attachments = AttachmentsModule.with(bucket);
    return {
      module: ApplicationsModule,
      imports: [AuditModule, TenancyModule, SubsidyModule, attachments],
      providers: deciding,
      exports: [...deciding, attachments],
    };
  }
}
