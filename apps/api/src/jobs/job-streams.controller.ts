import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { LogPlace } from '#cluster';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { type Job, JobsService, LogAccessService } from '#jobs';
import { Allow, CurrentPrincipal, CurrentStreamAccess, type StreamAccess } from '../http/access.ts';
import { EventStreams, LastEventId, type StreamEvent, StreamsEvents } from '../http/event-stream.ts';
import { ReadsForAReason } from '../http/reason.ts';
import { ClusterAccess } from '../cluster-access.ts';
import { JobEventFeed } from './job-event-feed.ts';
import { jobId, logsQuery, showEvent } from './job.schemas.ts';

/** The number of lines of a log that is not followed, if the request gives none. */
const DEFAULT_LINES = 1_000;
const WHY = 'Why, for the audit trail: needed of the people of the park; percent-encoded UTF-8';

type LogsQuery = z.infer<typeof logsQuery>;

/** Events and logs of a job: those of now, or a stream of the next ones too. */
@ApiTags('Job events and logs')
@Controller('jobs/:id')
export class JobStreamsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly logAccess: LogAccessService,
    private readonly feed: JobEventFeed,
    private readonly streams: EventStreams,
    private readonly access: ClusterAccess,
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

  @ApiOperation({
    summary: 'Read the log of a replica',
    description: 'The last lines, as text. People of the park give a reason, which is recorded.',
  })
  @Get('logs')
  @Allow('log.read')
  @ReadsForAReason(WHY)
  @ApiProduces('text/plain')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async logs(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: logsQuery }) query: LogsQuery,
  ): Promise<string> {
    const attempt = await this.#attempt(principal, id, query);
    const lines: string[] = [];
    for await (const { text } of this.access.cluster.pods.logs(attempt, query.replica, { tailLines: query.tail ?? DEFAULT_LINES })) {
      lines.push(`${text}\n`);
    }
    return lines.join('');
  }

  @ApiOperation({
    summary: 'Follow the log of a replica',
    description:
      'Server-sent events: the lines after `Last-Event-ID`, then each as it is written. The stream ends with the pod. A carriage return inside a line, such as a progress bar writes, arrives as a line break of its data. People of the park give a reason, which is recorded.',
  })
  @Get('logs/stream')
  @Allow('log.read')
  @ReadsForAReason(WHY)
  @StreamsEvents('Events of type `line`. A carriage return inside a line is a line break of its data.')
  async logStream(
    @CurrentStreamAccess() access: StreamAccess,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: logsQuery }) query: LogsQuery,
    @LastEventId() last?: string,
  ): Promise<StreamableFile> {
    const attempt = await this.#attempt(access.principal, id, query);
    const after = placeOf(last);
    const { cluster } = this.access;
    const options = { follow: true, ...(after !== undefined && { after }), ...(query.tail !== undefined && { tailLines: query.tail }) };
    return this.streams.open(access, async function* (signal): AsyncGenerator<StreamEvent> {
      for await (const { at, nth, text } of cluster.pods.logs(attempt, query.replica, { ...options, signal })) {
        yield { id: idOf({ at, nth }), type: 'line', data: text };
      }
    });
  }

  /** The attempt whose log `principal` may read. */
  async #attempt(principal: Principal, jobId: string, { attempt, replica }: LogsQuery): Promise<{ jobId: string; attempt: number }> {
    const wanted = { jobId, tenantId: principal.tenantId, attempt, replica };
    const job = await this.transactions.run((tx) => this.logAccess.grant(tx, principal, wanted));
    return { jobId, attempt: attempt ?? job.attempt };
  }

  async #job(principal: Principal, id: string): Promise<Job> {
    return await this.transactions.run((tx) => this.jobs.get(tx, id, principal.tenantId));
  }
}

/** `…Z` for the first line of an instant, `…Z/3` for its third. */
function idOf({ at, nth }: LogPlace): string {
  return nth === 1 ? at : `${at}/${nth}`;
}

/** The place of the last line that a reader received; undefined for an unknown id, with which the log begins at its first line. */
function placeOf(id = ''): LogPlace | undefined {
  const [, at, nth = '1'] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)(?:\/(\d{1,9}))?$/.exec(id) ?? [];
  return at === undefined ? undefined : { at, nth: Number(nth) };
}
