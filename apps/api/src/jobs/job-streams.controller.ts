import { Controller, Get, Header, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import type { z } from 'zod';
import { Signals, Transactions } from '#database';
import type { Principal } from '#identity';
import { isTerminal, type Job, Jobs, JOBS_TOPIC } from '#jobs';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { EventStreams, LastEventId, type StreamEvent, StreamsEvents } from '../http/event-stream.ts';
import { ClusterAccess } from './cluster-access.ts';
import { jobId, logsQuery, showEvent } from './job.schemas.ts';

/** A signal that got lost costs at most this. */
const LOOK_AGAIN_MILLISECONDS = 10_000;
/** Lines of a log that is read at once and not followed. */
const DEFAULT_LINES = 1_000;

type LogsQuery = z.infer<typeof logsQuery>;

/** What a job does while it does it: events and logs, at once or followed. */
@Controller('jobs/:id')
export class JobStreamsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly signals: Signals,
    private readonly streams: EventStreams,
    private readonly access: ClusterAccess,
  ) {}

  /** Events with a higher number than `Last-Event-ID`, then each as it happens; ends with the job. */
  @Get('events/stream')
  @Allow('job.read')
  @StreamsEvents()
  async eventStream(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @LastEventId() last?: string,
  ): Promise<StreamableFile> {
    const job = await this.#job(principal, id);
    const after = /^\d{1,9}$/.test(last ?? '') ? Number(last) : 0;
    return this.streams.of((signal) => this.#eventsOf(job.id, after, signal));
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
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: logsQuery }) query: LogsQuery,
    @LastEventId() last?: string,
  ): Promise<StreamableFile> {
    const job = await this.#job(principal, id);
    const after = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(last ?? '') ? last : undefined;
    const { cluster } = this.access;
    const options = { follow: true, ...(after !== undefined && { after }), ...(query.tail !== undefined && { tailLines: query.tail }) };
    const attempt = { jobId: job.id, attempt: query.attempt ?? job.attempt };
    return this.streams.of(async function* (signal): AsyncGenerator<StreamEvent> {
      for await (const { at, text } of cluster.logs(attempt, query.replica, { ...options, signal })) {
        yield { id: at, type: 'line', data: text };
      }
    });
  }

  async #job(principal: Principal, id: string): Promise<Job> {
    return await this.transactions.run((tx) => this.jobs.get(tx, id, principal.tenantId));
  }

  async *#eventsOf(id: string, after: number, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    let last = after;
    let wake: () => void = () => undefined;
    let woken = false;
    const quiet = this.signals.listen(JOBS_TOPIC, () => {
      woken = true;
      wake();
    });
    try {
      while (!signal.aborted) {
        woken = false;
        const job = await this.jobs.get(this.transactions.reader, id);
        for (const event of await this.jobs.events(this.transactions.reader, id, last)) {
          last = event.sequence;
          yield { id: String(last), type: event.kind, data: showEvent(event) };
        }
        // Its last event was written with its end, so it was just read.
        if (isTerminal(job.state)) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
          const timer = setTimeout(resolve, woken ? 0 : LOOK_AGAIN_MILLISECONDS);
          timer.unref();
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    } finally {
      quiet();
    }
  }
}
