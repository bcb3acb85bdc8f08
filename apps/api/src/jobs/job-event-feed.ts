import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Signals, Transactions } from '#database';
import { isTerminal, type JobEvent, JobsService, JOBS_TOPIC } from '#jobs';

/** A signal that got lost costs at most this. */
const LOOK_AGAIN_MS = 10_000;
/** Signals that come closer together than this are answered by one look. */
const PAUSE_MS = 50;
/** Events read at once, of one job. */
const PAGE = 500;
/** A listener that has not taken so many events reads them again from the database instead of keeping them in memory. */
const MOST_PENDING = 2_000;

/** One who follows a job. */
interface Listener {
  pending: JobEvent[];
  /** Events were dropped: what is missing is read from the database. */
  lagging: boolean;
  wake: () => void;
}

/** A job that is followed in this process; `last` is the number of the last event read, undefined until a listener has caught up. */
interface FollowedJob {
  last: number | undefined;
  readonly listeners: Set<Listener>;
}

/**
 * The events of jobs as they are written, for any number of streams: one reader per process looks, in one statement, for the next
 * events of all jobs that are followed, and hands each to the listeners of its job. So a signal costs one query, however many streams
 * are open.
 */
@Injectable()
export class JobEventFeed implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #log = new Logger('job events');
  readonly #followed = new Map<string, FollowedJob>();
  readonly #stop = new AbortController();
  #asked = Promise.withResolvers<undefined>();
  #stopListening: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly signals: Signals,
  ) {}

  onApplicationBootstrap(): void {
    this.#stopListening = this.signals.listen(JOBS_TOPIC, () => this.#look());
    this.#reading = this.#read();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopListening();
    this.#stop.abort();
    this.#look();
    await this.#reading;
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
          // The state is read first: events that were written before its end are read after it.
          const { state } = await this.jobs.get(this.transactions.reader, jobId);
          for await (const event of this.#stored(jobId, last)) {
            last = event.sequence;
            yield event;
          }
          if (isTerminal(state)) return;
          job.last ??= last;
          this.#look();
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

  #look(): void {
    this.#asked.resolve(undefined);
    this.#asked = Promise.withResolvers();
  }

  /** Runs from start to stop, outside of any request and so outside of any tenant's scope. */
  async #read(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // Taken before the look: what is asked for while it looks is not missed.
      const asked = this.#asked.promise;
      try {
        if (await this.#hand()) this.#look();
      } catch (error) {
        // The listeners report an outage to their clients by their own reads; this read is tried again at the next signal.
        this.#log.warn(`events could not be read: ${error instanceof Error ? error.message : String(error)}`);
      }
      await sleep(PAUSE_MS, undefined, { ref: false });
      const waited = new AbortController();
      await Promise.race([asked, sleep(LOOK_AGAIN_MS, undefined, { ref: false, signal: waited.signal }).catch(() => undefined)]);
      waited.abort();
    }
  }

  /** Reads the next events of all followed jobs and hands them on. Answers whether there may be more. */
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
