import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { SecretsModule } from '#secrets';
import { CompaniesModule } from '#tenancy';
import { FundingCheck } from './funding-check.ts';
import { JobAcceptanceService } from './job-acceptance.service.ts';
import { JobNotesService } from './job-notes.service.ts';
import { JobSettings } from './job-settings.ts';
import { LogAccessService } from './log-access.service.ts';
import { JobsService } from './jobs.service.ts';
import { PlaceableJobsService } from './placeable-jobs.service.ts';
import { QuotedFunding } from './quoted-funding.ts';
import { StopsForOthersService } from './stops-for-others.service.ts';

/** Jobs, for the whole application. Needs a `Clock` and a `BusinessCalendar` from a global module of the app. */
@Module({})
export class JobsModule {
  static forRoot(settings: JobSettings): DynamicModule {
    return {
      module: JobsModule,
      global: true,
      imports: [AuditModule, CatalogModule, CompaniesModule, FundingModule, SecretsModule],
      providers: [
        JobsService,
        JobAcceptanceService,
        JobNotesService,
        LogAccessService,
        PlaceableJobsService,
        StopsForOthersService,
        { provide: JobSettings, useValue: settings },
        { provide: FundingCheck, useClass: QuotedFunding },
      ],
      exports: [
        JobsService,
        JobAcceptanceService,
        JobNotesService,
        LogAccessService,
        PlaceableJobsService,
        StopsForOthersService,
        JobSettings,
      ],
    };
  }
}
