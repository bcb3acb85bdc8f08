import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { EventStreams } from '../http/event-stream.ts';
import { JobEventFeed } from './job-event-feed.ts';
import { JobStreamsController } from './job-streams.controller.ts';
import { JobsController } from './jobs.controller.ts';
import { QuotesController } from './quotes.controller.ts';

/** Needs the global `JobsModule`. */
@Module({
  imports: [CatalogModule, FundingModule],
  controllers: [JobsController, JobStreamsController, QuotesController],
  providers: [EventStreams, JobEventFeed],
})
export class JobsApiModule {}
