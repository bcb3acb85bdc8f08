import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type Job, Jobs } from '#jobs';
import { Allow, CurrentPrincipal, CurrentStreamAccess, type StreamAccess } from '../http/access.ts';
import { EventStreams, LastEventId, type StreamEvent, StreamsEvents } from '../http/event-stream.ts';
import { ClusterAccess } from './cluster-access.ts';
import { JobEventFeed } from './job-event-feed.ts';
import { jobId, logsQuery, showEvent } from './job.schemas.ts';

/** Lines of a log that is read at once and not followed. */
const DEFAULT_LINES = 1_000;

type LogsQuery = z.infer<typeof logsQuery>;

/** What a job does while it does it: events and logs, at once or followed. */
@Controller('jobs/:id')
export class JobStreamsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly feed: JobEventFeed,
    private readonly streams: EventStreams,
    private readonly access: ClusterAccess,
  ) {}

  /** Events with a higher number than `Last-Event-ID`, then each as it happens; ends with the job. */
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

  /** The last lines of a replica, as text. */
  @Get('logs')
  @Allow('job.read')
  @ApiProduces('text/plain')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async logs(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: logsQuery }) query: LogsQuery,
  ): Promise<string> {
    const job = await this.#job(principal, id);
    const lines: string[] = [];
    const attempt = { jobId: job.id, attempt: query.attempt ?? job.attempt };
    for await (const { text } of this.access.cluster.logs(attempt, query.replica, { tailLines: query.tail ?? DEFAULT_LINES })) {
      lines.push(`${text}\n`);
    }
    return lines.join('');
  }

  /** The lines of a replica after `Last-Event-ID`, then each as it is written; ends with the pod. */
  @Get('logs/stream')
  @Allow('job.read')
  @StreamsEvents()
  async logStream(
    @CurrentStreamAccess() access: StreamAccess,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: logsQuery }) query: LogsQuery,
    @LastEventId() last?: string,
  ): Promise<StreamableFile> {
    const job = await this.#job(access.principal, id);
    const after = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(last ?? '') ? last : undefined;
    const { cluster } = this.access;
    const options = { follow: true, ...(after !== undefined && { after }), ...(query.tail !== undefined && { tailLines: query.tail }) };
    const attempt = { jobId: job.id, attempt: query.attempt ?? job.attempt };
    return this.streams.open(access, async function* (signal): AsyncGenerator<StreamEvent> {
      for await (const { at, text } of cluster.logs(attempt, query.replica, { ...options, signal })) {
        yield { id: at, type: 'line', data: text };
      }
    });
  }

  async #job(principal: Principal, id: string): Promise<Job> {
    return await this.transactions.run((tx) => this.jobs.get(tx, id, principal.tenantId));
  }
}
