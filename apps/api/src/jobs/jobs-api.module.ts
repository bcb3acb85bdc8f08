import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { PodHistoryModule } from '#pod-history';
import { SchedulingModule } from '#scheduling';
import { CompaniesModule } from '#tenancy';
import { EventStreamsModule } from '../http/event-streams.module.ts';
import { JobEventFeed } from './job-event-feed.ts';
import { JobLogsController } from './job-logs.controller.ts';
import { JobStreamsController } from './job-streams.controller.ts';
import { LogSources } from './log-sources.ts';
import { JobMetricsController } from './job-metrics.controller.ts';
import { PodEventsController } from './pod-events.controller.ts';
import { JobsController } from './jobs.controller.ts';
import { QuotesController } from './quotes.controller.ts';

/** Needs the global `JobsModule`. */
@Module({
  imports: [CatalogModule, CompaniesModule, FundingModule, PodHistoryModule, SchedulingModule, EventStreamsModule],
  controllers: [JobsController, JobLogsController, JobStreamsController, PodEventsController, JobMetricsController, QuotesController],
  providers: [JobEventFeed, LogSources],
})
export class JobsApiModule {}
