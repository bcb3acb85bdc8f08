import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { CompaniesModule } from '#tenancy';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';
import { LimitGroupsService } from './limit-groups.service.ts';

/** The limits that the pure cycle is given. */
@Module({
  imports: [AuditModule, CatalogModule, CompaniesModule],
  providers: [ConcurrencyLimitsService, LimitGroupsService],
  exports: [ConcurrencyLimitsService, LimitGroupsService],
})
export class SchedulingModule {}
