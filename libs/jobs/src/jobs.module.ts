import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { Companies } from '#tenancy';
import { FundingCheck } from './funding-check.ts';
import { JobNotes } from './job-notes.service.ts';
import { JobSettings } from './job-settings.ts';
import { LogAccess } from './log-access.service.ts';
import { Jobs } from './jobs.service.ts';
import { QuotedFunding } from './quoted-funding.ts';

/** Needs a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({})
export class JobsModule {
  static with(settings: JobSettings): DynamicModule {
    return {
      module: JobsModule,
      imports: [AuditModule, CatalogModule, FundingModule],
      // Not the tenancy module: it brings people and their sign-in, which a controller has none of.
      providers: [
        Jobs,
        JobNotes,
        LogAccess,
        Companies,
        { provide: JobSettings, useValue: settings },
        { provide: FundingCheck, useClass: QuotedFunding },
      ],
      exports: [Jobs, JobNotes, LogAccess, JobSettings],
    };
  }
}
