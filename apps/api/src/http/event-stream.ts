import { Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { Observable } from 'rxjs';

/** One event of a stream: its `id` is where a client resumes (`Last-Event-ID`). */
export interface StreamEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string | object;
}

/**
 * Server-sent events: `@Sse()` on the route, `@Headers('last-event-id')` for where to resume, and
 * `return streams.of((signal) => eventsFrom(after, signal))`. The generator ends when `signal` fires: the client left, or the
 * process stops. What must refuse (404, 403) is checked before the stream is returned.
 */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  readonly #open = new Set<AbortController>();

  of(source: (signal: AbortSignal) => AsyncIterable<StreamEvent>): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      this.#open.add(controller);
      const pump = async (): Promise<void> => {
        for await (const event of source(controller.signal)) subscriber.next(event);
      };
      pump()
        .catch((error: unknown) => {
          if (!controller.signal.aborted) subscriber.error(error);
        })
        .finally(() => {
          this.#open.delete(controller);
          subscriber.complete();
        });
      return () => controller.abort();
    });
  }

  onModuleDestroy(): void {
    for (const controller of this.#open) controller.abort();
  }
}
