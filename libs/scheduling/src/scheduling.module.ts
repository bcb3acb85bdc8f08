import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { CompaniesModule } from '#tenancy';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';
import { LimitGroupsService } from './limit-groups.service.ts';
import { PublishedSchedulesService } from './schedule/published-schedules.service.ts';
import { ScheduleThreads } from './schedule/schedule-threads.ts';
import { StartOutlooksService } from './schedule/start-outlooks.service.ts';
import { WhatIfSchedulesService } from './schedule/what-if-schedules.service.ts';

/** The limits that the pure cycle is given, and what it means to jobs that are not submitted yet. */
@Module({
  imports: [AuditModule, CatalogModule, CompaniesModule],
  providers: [
    ConcurrencyLimitsService,
    LimitGroupsService,
    PublishedSchedulesService,
    ScheduleThreads,
    StartOutlooksService,
    WhatIfSchedulesService,
  ],
  exports: [ConcurrencyLimitsService, LimitGroupsService, PublishedSchedulesService, StartOutlooksService, WhatIfSchedulesService],
})
export class SchedulingModule {}
