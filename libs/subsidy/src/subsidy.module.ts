import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { LedgerModule } from '#ledger';
import { TenancyModule } from '#tenancy';
import { ApplicationDecisions } from './application-decisions.service.ts';
import { Applications } from './applications.service.ts';
import { AttachmentStore, DatabaseAttachmentStore } from './attachment-store.ts';
import { Attachments } from './attachments.service.ts';
import { Comments } from './comments.service.ts';
import { ConcurrencyLimits } from './concurrency-limits.service.ts';
import { Grants } from './grants.service.ts';
import { GrantSheets } from './grant-sheets.service.ts';
import { ParkProposals } from './park-proposals.service.ts';
import { Programmes } from './programmes.service.ts';
import { Reminders } from './reminders.service.ts';
import { S3AttachmentStore, type S3Settings } from './s3-attachment-store.ts';

const services = [Programmes, Grants, ParkProposals, GrantSheets, ConcurrencyLimits, Reminders];

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
      providers: [Attachments, { provide: AttachmentStore, useValue: store }],
      exports: [Attachments],
    };
  }
}

const deciding = [Applications, ApplicationDecisions, Comments];

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
