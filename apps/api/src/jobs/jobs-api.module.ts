import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { type JobSettings, JobsModule } from '#jobs';
import { EventStreams } from '../http/event-stream.ts';
import { JobEventFeed } from './job-event-feed.ts';
import { JobStreamsController } from './job-streams.controller.ts';
import { JobsController } from './jobs.controller.ts';
import { QuotesController } from './quotes.controller.ts';

@Module({})
export class JobsApiModule {
  static register(settings: JobSettings): DynamicModule {
    return {
      module: JobsApiModule,
      imports: [CatalogModule, FundingModule, JobsModule.register(settings)],
      controllers: [JobsController, JobStreamsController, QuotesController],
      providers: [EventStreams, JobEventFeed],
    };
  }
}
