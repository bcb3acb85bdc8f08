import path from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import type * as worker from './schedule.worker.ts';

type Questions = typeof worker;
type Answer<Name extends keyof Questions> = ReturnType<Questions[Name]>;

/** The worker beside this file: its source in tests, and what it is compiled to otherwise. */
const WORKER = new URL(`./schedule.worker${path.extname(import.meta.url)}`, import.meta.url).href;
/** Questions that wait while one is answered. One more is refused. */
const MOST_WAITING = 16;
const IDLE_MILLISECONDS = 60_000;

/**
 * Threads in which questions about the schedule are answered, so that a long queue does not hold up the process. There is one for each
 * kind of question, and none while nobody asks.
 */
@Injectable()
export class ScheduleThreads implements OnApplicationShutdown {
  readonly #threads = new Map<keyof Questions, Piscina>();

  /** @returns undefined where too many questions wait, or the answer takes longer than `withinMilliseconds` */
  async ask<Name extends keyof Questions>(
    name: Name,
    question: Parameters<Questions[Name]>[0],
    withinMilliseconds: number,
  ): Promise<Answer<Name> | undefined> {
    const thread = this.#threadFor(name);
    if (thread.queueSize >= MOST_WAITING) return undefined;
    const answer = thread.run(question, { name }) as Promise<Answer<Name>>;
    const timeout = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => timeout.resolve(undefined), withinMilliseconds);
    try {
      return await Promise.race([answer, timeout.promise]);
    } finally {
      clearTimeout(timer);
      // Nobody waits any more for an answer that comes too late, nor for its fault.
      answer.catch(() => undefined);
    }
  }

  /** Last: requests that the process still answers wait for their threads. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.#threads.values()].map((thread) => thread.destroy()));
  }

  #threadFor(name: keyof Questions): Piscina {
    const thread =
      this.#threads.get(name) ?? new Piscina({ filename: WORKER, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MILLISECONDS });
    this.#threads.set(name, thread);
    return thread;
  }
}
