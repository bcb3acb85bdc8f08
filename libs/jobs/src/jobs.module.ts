import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { TenancyModule } from '#tenancy';
import { Jobs } from './jobs.service.ts';

/** Needs a `Clock`, a `JobSettings` and a `FundingCheck` from a global module of the app. */
@Module({ imports: [AuditModule, CatalogModule, TenancyModule], providers: [Jobs], exports: [Jobs] })
export class JobsModule {}
