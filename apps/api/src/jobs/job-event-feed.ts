import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Signals, Transactions } from '#database';
import { isTerminal, type JobEvent, JobsService, JOBS_TOPIC } from '#jobs';
import { SignalledReader } from '../http/signalled-reader.ts';

/** The most events of one job in one query. */
const PAGE = 500;
/** The most events that wait in memory for a listener. A slower listener reads them again from the database. */
const MOST_PENDING = 2_000;

/** A stream that follows a job. */
interface Listener {
  pending: JobEvent[];
  /** Events were dropped. The listener reads them from the database. */
  lagging: boolean;
  wake: () => void;
}

/** A job that is followed in this process. `last`: the number of the last event that was read, undefined until a listener has caught up. */
interface FollowedJob {
  last: number | undefined;
  readonly listeners: Set<Listener>;
}

/**
 * The events of jobs as they are written, for any number of streams. One reader per process reads the next events of all followed jobs
 * with one statement, and gives each event to the listeners of its job. So a signal costs one query, whatever the number of streams.
 */
@Injectable()
export class JobEventFeed implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #followed = new Map<string, FollowedJob>();
  readonly #reader: SignalledReader;

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    signals: Signals,
  ) {
    this.#reader = new SignalledReader(signals, JOBS_TOPIC, () => this.#hand());
  }

  onApplicationBootstrap(): void {
    this.#reader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#reader.stop();
  }

  /** The events of a job after number `after`, then each as it is written; ends with the job, or when `signal` fires. */
  async *follow(jobId: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    const listener: Listener = { pending: [], lagging: true, wake: () => undefined };
    const wake = (): void => listener.wake();
    const job = this.#listen(jobId, listener);
    signal.addEventListener('abort', wake);
    let last = after;
    try {
      while (!signal.aborted) {
        if (listener.lagging) {
          listener.lagging = false;
          listener.pending = [];
          // The state is read before the events, so that all events before the job's end are read.
          const { state } = await this.jobs.get(this.transactions.reader, jobId);
          for await (const event of this.#stored(jobId, last)) {
            last = event.sequence;
            yield event;
          }
          if (isTerminal(state)) return;
          job.last ??= last;
          this.#reader.look();
        }
        for (const event of listener.pending.splice(0)) {
          if (event.sequence <= last) continue;
          last = event.sequence;
          yield event;
          if (isTerminal(event.toState)) return;
        }
        await this.#news(listener, signal);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      job.listeners.delete(listener);
      if (job.listeners.size === 0) this.#followed.delete(jobId);
    }
  }

  #listen(jobId: string, listener: Listener): FollowedJob {
    const job = this.#followed.get(jobId) ?? { last: undefined, listeners: new Set() };
    job.listeners.add(listener);
    this.#followed.set(jobId, job);
    return job;
  }

  async #news(listener: Listener, signal: AbortSignal): Promise<void> {
    if (signal.aborted || listener.lagging || listener.pending.length > 0) return;
    await new Promise<void>((resolve) => (listener.wake = resolve));
  }

  async *#stored(jobId: string, after: number): AsyncGenerator<JobEvent> {
    for (let last = after; ;) {
      const events = await this.jobs.events(this.transactions.reader, jobId, last, PAGE);
      yield* events;
      if (events.length < PAGE) return;
      last = events.at(-1)?.sequence ?? last;
    }
  }

  /** Reads the next events of all followed jobs and gives them to the listeners. @returns whether there may be more */
  async #hand(): Promise<boolean> {
    const wanted = [...this.#followed].flatMap(([jobId, { last }]) => (last === undefined ? [] : [{ jobId, after: last }]));
    const events = await this.jobs.nextEvents(this.transactions.reader, wanted, PAGE);
    for (const event of events) {
      const job = this.#followed.get(event.jobId);
      if (job === undefined) continue;
      job.last = Math.max(job.last ?? 0, event.sequence);
      for (const listener of job.listeners) hand(event, listener);
    }
    return events.length >= PAGE;
  }
}

function hand(event: JobEvent, listener: Listener): void {
  if (listener.pending.length >= MOST_PENDING) listener.lagging = true;
  else listener.pending.push(event);
  listener.wake();
}
