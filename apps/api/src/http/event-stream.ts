import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Header,
  Inject,
  Injectable,
  type OnModuleDestroy,
  StreamableFile,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import type { StreamAccess } from './access.ts';
import { HttpProblem, problemOf } from './problem.ts';

/** One event of a stream: its `id` is where a client resumes (`Last-Event-ID`); empty, the client keeps the last one. */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string | object;
}

/**
 * A route that streams server-sent events: a plain `@Get()` with `@StreamsEvents()` that returns `streams.open(…)`. It does not use Nest's
 * `@Sse`, which answers 200 before the handler has run: a refusal would have the wrong status.
 */
export function StreamsEvents(description = ''): MethodDecorator {
  return applyDecorators(
    Header('Cache-Control', 'no-store, no-transform'),
    Header('X-Accel-Buffering', 'no'),
    ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Where to resume', schema: { type: 'string' } }),
    ApiOkResponse({ description, content: { 'text/event-stream': { schema: { type: 'string' } } } }),
  );
}

/** The last event that the client received. `@StreamsEvents()` describes the header. */
export const LastEventId = createParamDecorator((_data: undefined, context: ExecutionContext): string | undefined => {
  const id = context.switchToHttp().getRequest<FastifyRequest>().headers['last-event-id'];
  return typeof id === 'string' ? id : undefined;
});

function frame(event: StreamEvent): string {
  const data = typeof event.data === 'string' ? event.data : JSON.stringify(event.data);
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  const id = event.id === '' ? '' : `id: ${event.id}\n`;
  return `${id}event: ${event.type}\n${lines.join('')}\n`;
}

/** Fires when the client has left, or has the whole answer. */
export const AnswerClosed = createParamDecorator((_data: undefined, context: ExecutionContext): AbortSignal => {
  const closed = new AbortController();
  context
    .switchToHttp()
    .getResponse<FastifyReply>()
    .raw.once('close', () => closed.abort());
  return closed.signal;
});

interface OpenAnswer {
  /** Undefined: an answer that is no stream of events. */
  readonly stream: PassThrough | undefined;
  readonly controller: AbortController;
  readonly personId: string;
  readonly tenantId: string | undefined;
}

/**
 * Server-sent events: `@LastEventId()` for where to resume, `@CurrentStreamAccess()` for who reads, and
 * `return streams.open(access, (signal) => eventsFrom(after, signal))`. The generator ends when `signal` fires: the client left, or the
 * process stops. Refusals (404, 403) come before the stream is returned. At each heartbeat the access of the reader is checked again. The
 * stream of a reader who was removed, disabled or signed out ends with a `problem` event; so does one whose process stops.
 */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  readonly #open = new Set<OpenAnswer>();

  constructor(@Inject(API_SETTINGS) private readonly settings: ApiSettings) {}

  /** @throws HttpProblem `stream.too-many` if the person or their company already has the most streams that this process allows */
  open(access: StreamAccess, source: (signal: AbortSignal) => AsyncIterable<StreamEvent>): StreamableFile {
    const stream = new PassThrough();
    const { signal, leave } = this.#enter(access, stream);
    // Sends the headers at once, so that the client knows that it is connected.
    stream.write(': connected\n\n');
    const heartbeat = setInterval(() => void this.#beat(stream, access), this.settings.streamHeartbeatMs);
    stream.once('close', () => {
      clearInterval(heartbeat);
      leave();
    });
    signal.addEventListener('abort', () => stream.end(), { once: true });
    void sendAll(stream, source(signal), signal);
    return new StreamableFile(stream, { type: 'text/event-stream; charset=utf-8' });
  }

  /**
   * Counts an answer that takes long among the streams of its reader, from now until `leave` is called. `signal` fires then, when the
   * client leaves (`closed`), and when the process stops.
   * @throws HttpProblem `stream.too-many`
   */
  enter(access: StreamAccess, closed: AbortSignal): { readonly signal: AbortSignal; readonly leave: () => void } {
    const { signal, leave } = this.#enter(access, undefined);
    return { signal: AbortSignal.any([signal, closed]), leave };
  }

  /** Ends the streams of a process that stops with a problem, so that their readers resume at another one instead of taking them for complete. */
  onModuleDestroy(): void {
    const stops = new HttpProblem(503, 'stream.interrupted', 'The server stops.', { remedy: 'Open the stream again with Last-Event-ID.' });
    for (const { stream, controller } of this.#open) {
      if (stream !== undefined) endWith(stream, stops);
      controller.abort();
    }
  }

  #enter({ principal }: StreamAccess, stream: PassThrough | undefined): { readonly signal: AbortSignal; readonly leave: () => void } {
    const { id: personId, tenantId } = principal;
    this.#requirePlace(personId, tenantId);
    const opened: OpenAnswer = { stream, controller: new AbortController(), personId, tenantId };
    this.#open.add(opened);
    const leave = (): void => {
      this.#open.delete(opened);
      opened.controller.abort();
    };
    return { signal: opened.controller.signal, leave };
  }

  #requirePlace(personId: string, tenantId: string | undefined): void {
    const streams = [...this.#open];
    const { streamsPerPerson, streamsPerCompany } = this.settings;
    const ofPerson = streams.filter((stream) => stream.personId === personId).length;
    const ofCompany = tenantId === undefined ? 0 : streams.filter((stream) => stream.tenantId === tenantId).length;
    if (ofPerson < streamsPerPerson && ofCompany < streamsPerCompany) return;
    const whose = ofPerson < streamsPerPerson ? `Your company has ${ofCompany}` : `You have ${ofPerson}`;
    throw new HttpProblem(429, 'stream.too-many', `${whose} streams open, which is the most there may be.`, {
      remedy: 'End one of them, such as a "mss logs -f" that is no longer looked at.',
    });
  }

  /** Sends a heartbeat as long as the reader may read the stream. */
  async #beat(stream: PassThrough, access: StreamAccess): Promise<void> {
    try {
      await access.stillAllowed();
      if (stream.writable && !stream.writableNeedDrain) stream.write(': still here\n\n');
    } catch (error) {
      endWith(stream, error);
    }
  }
}

/** Writes the events at the pace at which the client reads them, then ends the stream. An error is sent as the last event. */
async function sendAll(stream: PassThrough, events: AsyncIterable<StreamEvent>, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of events) {
      if (!stream.writable) return;
      if (!stream.write(frame(event))) await once(stream, 'drain', { signal });
    }
    if (stream.writable) stream.end();
  } catch (error) {
    if (!signal.aborted) endWith(stream, error);
  }
}

function endWith(stream: PassThrough, error: unknown): void {
  if (stream.writable) stream.end(frame({ id: '', type: 'problem', data: problemOf(error) }));
}
