import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { CompaniesService } from '#tenancy';
import { FundingCheck } from './funding-check.ts';
import { JobNotesService } from './job-notes.service.ts';
import { JobSettings } from './job-settings.ts';
import { LogAccessService } from './log-access.service.ts';
import { JobsService } from './jobs.service.ts';
import { QuotedFunding } from './quoted-funding.ts';

/** Needs a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({})
export class JobsModule {
  static register(settings: JobSettings): DynamicModule {
    return {
      module: JobsModule,
      imports: [AuditModule, CatalogModule, FundingModule],
      // Not the tenancy module: it brings people and their sign-in, which a controller has none of.
      providers: [
        JobsService,
        JobNotesService,
        LogAccessService,
        CompaniesService,
        { provide: JobSettings, useValue: settings },
        { provide: FundingCheck, useClass: QuotedFunding },
      ],
      exports: [JobsService, JobNotesService, LogAccessService, JobSettings],
    };
  }
}
