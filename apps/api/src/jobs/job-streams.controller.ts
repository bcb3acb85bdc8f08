import { Controller, Get, Param, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type Job, JobsService } from '#jobs';
import { Allow, CurrentStreamAccess, type StreamAccess } from '../http/access.ts';
import { EventStreams, LastEventId, type StreamEvent, StreamsEvents } from '../http/event-stream.ts';
import { JobEventFeed } from './job-event-feed.ts';
import { jobId, showEvent } from './job.schemas.ts';

/** The events of a job as a stream. */
@ApiTags('Job events and logs')
@Controller('jobs/:id')
export class JobStreamsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly feed: JobEventFeed,
    private readonly streams: EventStreams,
  ) {}

  @ApiOperation({
    summary: 'Follow the events of a job',
    description: 'Server-sent events: those after `Last-Event-ID`, then each as it occurs. The stream ends with the job.',
  })
  @Get('events/stream')
  @Allow('job.read')
  @StreamsEvents()
  async eventStream(
    @CurrentStreamAccess() access: StreamAccess,
    @Param('id', { schema: jobId }) id: string,
    @LastEventId() last?: string,
  ): Promise<StreamableFile> {
    const job = await this.#job(access.principal, id);
    const after = /^\d{1,9}$/.test(last ?? '') ? Number(last) : 0;
    const { feed } = this;
    return this.streams.open(access, async function* (signal): AsyncGenerator<StreamEvent> {
      for await (const event of feed.follow(job.id, after, signal)) {
        yield { id: String(event.sequence), type: event.kind, data: showEvent(event) };
      }
    });
  }

  async #job(principal: Principal, id: string): Promise<Job> {
    return await this.transactions.run((tx) => this.jobs.get(tx, id, principal.tenantId));
  }
}
