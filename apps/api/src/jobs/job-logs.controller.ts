import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { lineContaining, type LogLine, type LogPlace, startOf } from '#cluster';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { JobsService, LogAccessService } from '#jobs';
import { KeptLogsService } from '#pod-history';
import { Allow, CurrentPrincipal, CurrentStreamAccess, type StreamAccess } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { AnswerClosed, EventStreams, LastEventId, type StreamEvent, StreamsEvents } from '../http/event-stream.ts';
import { ReadsForAReason } from '../http/reason.ts';
import { jobId } from './job.schemas.ts';
import {
  keptLogsAnswer,
  linesAnswer,
  linesQuery,
  type LogReplica,
  placeOf,
  showKeptLog,
  showLine,
  showLines,
  streamQuery,
  textQuery,
} from './job-log.schemas.ts';
import { type LogSource, LogSources } from './log-sources.ts';

/** The number of lines of a log that is not followed, if the request gives neither a number nor a period nor a text. */
const DEFAULT_LINES = 1_000;
/** Characters that are sent at once. */
const PIECE = 64 * 1024;
const WHY = 'Why, for the audit trail: needed of the people of the park; percent-encoded UTF-8';

/** What the pods of a job wrote: as text, in pages, or followed. */
@ApiTags('Job events and logs')
@Controller('jobs/:id/logs')
export class JobLogsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly logAccess: LogAccessService,
    private readonly streams: EventStreams,
    private readonly sources: LogSources,
    private readonly jobs: JobsService,
    private readonly keptLogs: KeptLogsService,
  ) {}

  @ApiOperation({
    summary: 'Read the log of a replica',
    description:
      'As text: the last lines, or those of a period or with a text, of all that the cluster still has or that was kept when the pod ended. The header `Log-Source` is `cluster` or `kept`; `Log-Cut` is `true` where the beginning was not kept. People of the park give a reason, which is recorded.',
  })
  @Get()
  @Allow('log.read')
  @ReadsForAReason(WHY)
  @ApiProduces('text/plain')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async text(
    @CurrentStreamAccess() access: StreamAccess,
    @AnswerClosed() closed: AbortSignal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: textQuery }) query: z.infer<typeof textQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const source = await this.#source(access.principal, id, query);
    const place = this.streams.enter(access, closed);
    try {
      const pieces = textOf(linesOf(source, query, place.signal), query.timestamps === true);
      // A refusal has to come before the answer begins.
      const first = await pieces.next();
      void reply.headers({ 'log-source': source.kept === undefined ? 'cluster' : 'kept', 'log-cut': String(source.kept?.isCut === true) });
      const content = Readable.from(startingWith(first, pieces), { objectMode: false });
      content.once('close', place.leave);
      return new StreamableFile(content, { type: 'text/plain; charset=utf-8' });
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  @ApiOperation({
    summary: 'Read a log in pages',
    description:
      'From the first line on, or from the latest one back, in a period and with a text, of all that the cluster still has or that was kept when the pod ended. The id of any line is a cursor: the page begins behind it. A page ends early where lines are long or take long to find; `nextCursor` then says where to go on, even if the page has no line. People of the park give a reason, which is recorded.',
  })
  @Get('lines')
  @Allow('log.read')
  @ReadsForAReason(WHY)
  @Answers(linesAnswer)
  async lines(
    @CurrentStreamAccess() access: StreamAccess,
    @AnswerClosed() closed: AbortSignal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: linesQuery }) query: z.infer<typeof linesQuery>,
  ): Promise<z.infer<typeof linesAnswer>> {
    const source = await this.#source(access.principal, id, query);
    const { order, limit, cursor, since, until, contains } = query;
    const place = this.streams.enter(access, closed);
    try {
      const page = await source.page({
        ...{ order, limit, cursor: placeOf(cursor), since: since && startOf(since), until: until && startOf(until) },
        ...{ matches: matching(contains), signal: place.signal },
      });
      return showLines(page, source.kept);
    } finally {
      place.leave();
    }
  }

  @ApiOperation({
    summary: 'Follow the log of a replica',
    description:
      'Server-sent events: the lines after `Last-Event-ID`, then each as it is written. The stream ends with the pod. A carriage return inside a line, such as a progress bar writes, arrives as a line break of its data. People of the park give a reason, which is recorded.',
  })
  @Get('stream')
  @Allow('log.read')
  @ReadsForAReason(WHY)
  @StreamsEvents('Events of type `line`. A carriage return inside a line is a line break of its data.')
  async stream(
    @CurrentStreamAccess() access: StreamAccess,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: streamQuery }) query: z.infer<typeof streamQuery>,
    @LastEventId() last?: string,
  ): Promise<StreamableFile> {
    const source = await this.#source(access.principal, id, query);
    const after = placeOf(last);
    return this.streams.open(access, (signal) => followedEvents(source, query, after, signal));
  }

  @ApiOperation({
    summary: 'List the kept logs of a job',
    description:
      'What was kept of the log of each pod when it ended, by attempt and replica; of pods that replaced one another the last first.',
  })
  @Get('kept')
  @Allow('job.read')
  @Answers(keptLogsAnswer)
  async kept(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
  ): Promise<z.infer<typeof keptLogsAnswer>> {
    return await this.transactions.run(async (tx) => {
      const job = await this.jobs.get(tx, id, principal.tenantId);
      return { items: (await this.keptLogs.list(tx, job.id)).map(showKeptLog) };
    });
  }

  /** Where the log is that `principal` may read. */
  async #source(principal: Principal, id: string, { attempt, replica }: LogReplica): Promise<LogSource> {
    const log = { jobId: id, tenantId: principal.tenantId, attempt, replica };
    const job = await this.transactions.run((tx) => this.logAccess.grant(tx, principal, log));
    return await this.sources.of(job, attempt ?? job.attempt, replica);
  }
}

/** The lines of a log that is not followed. */
async function* linesOf(source: LogSource, query: z.infer<typeof textQuery>, signal: AbortSignal): AsyncGenerator<LogLine> {
  const { since, until, contains, tail } = query;
  if ((since ?? until ?? contains) === undefined) {
    yield* source.lines({ tailLines: tail ?? DEFAULT_LINES, signal });
    return;
  }
  const [from, end] = [since && startOf(since), until && startOf(until)];
  if (tail === undefined) {
    yield* wanted(source.lines({ after: from, signal }), contains, end);
    return;
  }
  const period = { since: from, until: end, matches: matching(contains) };
  const page = await source.page({ order: 'latest', limit: tail, ...period, signal });
  yield* page.lines.toReversed();
}

function matching(contains: string | undefined): ((text: string) => boolean) | undefined {
  return contains === undefined ? undefined : lineContaining(contains);
}

/** The lines before `until` that contain a text. */
async function* wanted(lines: AsyncIterable<LogLine>, contains: string | undefined, until?: LogPlace): AsyncGenerator<LogLine> {
  const matches = matching(contains);
  for await (const line of lines) {
    if (until !== undefined && line.at >= until.at) return;
    if (matches?.(line.text) !== false) yield line;
  }
}

/** The lines of a log that is followed: where it does not resume after a line, its last ones or those of a time first. */
async function* followedEvents(
  source: LogSource,
  { tail, since, contains }: z.infer<typeof streamQuery>,
  after: LogPlace | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let known = after ?? (since && startOf(since));
  if (after === undefined && tail !== undefined) {
    const last = { order: 'latest', limit: tail, since: known, matches: matching(contains), signal } as const;
    const { lines } = await source.page(last);
    yield* lines.toReversed().map(eventOf);
    known = lines[0] ?? known;
  }
  for await (const line of wanted(source.follow(known, signal), contains)) yield eventOf(line);
}

/** The text of lines in pieces, so that not each line is sent by itself. */
async function* textOf(lines: AsyncIterable<LogLine>, timestamps: boolean): AsyncGenerator<string> {
  let piece = '';
  for await (const { at, text } of lines) {
    piece += timestamps ? `${at} ${text}\n` : `${text}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

async function* startingWith(first: IteratorResult<string>, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

function eventOf(line: LogLine): StreamEvent {
  const { id, text } = showLine(line);
  return { id, type: 'line', data: text };
}
