import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  Header,
  Injectable,
  type OnModuleDestroy,
  StreamableFile,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { problemOf } from './problem.ts';

/** Proxies give up on connections that say nothing for a minute. */
const HEARTBEAT_MILLISECONDS = 20_000;

/** One event of a stream: its `id` is where a client resumes (`Last-Event-ID`). */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string | object;
}

/**
 * A route that streams server-sent events: a plain `@Get()` with `@StreamsEvents()` that returns `streams.of(…)`. Not Nest's `@Sse`:
 * it answers 200 before the handler has run, so a refusal would never be seen as one.
 */
export function StreamsEvents(description = ''): MethodDecorator {
  return applyDecorators(
    Header('Cache-Control', 'no-cache, no-transform'),
    Header('X-Accel-Buffering', 'no'),
    ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Where to resume', schema: { type: 'string' } }),
    ApiOkResponse({ description, content: { 'text/event-stream': { schema: { type: 'string' } } } }),
  );
}

/** Where the client left off. Already described by `@StreamsEvents()`. */
export const LastEventId = createParamDecorator((_data: undefined, context: ExecutionContext): string | undefined => {
  const id = context.switchToHttp().getRequest<FastifyRequest>().headers['last-event-id'];
  return typeof id === 'string' ? id : undefined;
});

function frame(event: StreamEvent): string {
  const data = typeof event.data === 'string' ? event.data : JSON.stringify(event.data);
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `id: ${event.id}\nevent: ${event.type}\n${lines.join('')}\n`;
}

/**
 * Server-sent events: `@LastEventId()` for where to resume, and `return streams.of((signal) => eventsFrom(after, signal))`.
 * The generator ends when `signal` fires: the client left, or the process stops. What must refuse (404, 403) is checked before the
 * stream is returned.
 */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  readonly #open = new Set<AbortController>();

  of(source: (signal: AbortSignal) => AsyncIterable<StreamEvent>): StreamableFile {
    const controller = new AbortController();
    this.#open.add(controller);
    // The events are asked for when the client reads, long after the request's own scope (its tenant's) is left.
    const inScope = AsyncLocalStorage.snapshot();
    const iterator = inScope(() => source(controller.signal)[Symbol.asyncIterator]());
    const next = () => inScope(() => iterator.next());
    const stream = Readable.from(this.#frames(next, controller.signal));
    stream.once('close', () => {
      controller.abort();
      this.#open.delete(controller);
    });
    return new StreamableFile(stream, { type: 'text/event-stream; charset=utf-8' });
  }

  onModuleDestroy(): void {
    for (const controller of this.#open) controller.abort();
  }

  async *#frames(next: () => Promise<IteratorResult<StreamEvent>>, signal: AbortSignal): AsyncGenerator<string> {
    // Sends the headers at once: the client knows that it is connected.
    yield ': connected\n\n';
    const aborted = once(signal, 'abort').then(() => 'aborted' as const);
    try {
      let step = next();
      for (;;) {
        const first = await Promise.race([step, aborted, sleep(HEARTBEAT_MILLISECONDS, 'quiet' as const, { ref: false })]);
        if (first === 'aborted') return;
        if (first === 'quiet') {
          yield ': still here\n\n';
          continue;
        }
        if (first.done === true) return;
        yield frame(first.value);
        step = next();
      }
    } catch (error) {
      if (!signal.aborted) yield frame({ id: '', type: 'problem', data: problemOf(error) });
    }
  }
}
