import { setTimeout as sleep } from 'node:timers/promises';

/** Where code asks what time it is, and waits. Nothing in a `domain/` folder reads it. */
export abstract class Clock {
  abstract now(): Date;
  /** Resolves after `milliseconds` of this clock; rejects with an `AbortError` when `signal` fires first. */
  abstract wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }

  override async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await sleep(milliseconds, undefined, { signal });
  }
}

/** Runs `factor` times as fast as real time, from `origin` at the real instant `startedAt` on. Two processes with the same values agree. */
export class ScaledClock extends Clock {
  readonly factor: number;
  readonly origin: Date;
  readonly startedAt: Date;

  constructor(factor: number, origin: Date = new Date(), startedAt: Date = new Date()) {
    super();
    this.factor = factor;
    this.origin = origin;
    this.startedAt = startedAt;
  }

  override now(): Date {
    return new Date(this.origin.getTime() + (Date.now() - this.startedAt.getTime()) * this.factor);
  }

  override async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await sleep(milliseconds / this.factor, undefined, { signal });
  }
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Moves only when `moveTo` or `advance` is called, and wakes its sleepers in the order of their instants. */
export class ManualClock extends Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(start: Date) {
    super();
    this.#now = start.getTime();
  }

  override now(): Date {
    return new Date(this.#now);
  }

  override async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = { at: this.#now + milliseconds, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      });
    });
  }

  /** Moves to `date`, never backwards. */
  moveTo(date: Date): void {
    this.#now = Math.max(this.#now, date.getTime());
    const due = this.#sleepers.filter((sleeper) => sleeper.at <= this.#now).sort((a, b) => a.at - b.at);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.at > this.#now);
    for (const sleeper of due) sleeper.wake();
  }

  advance(milliseconds: number): void {
    this.moveTo(new Date(this.#now + milliseconds));
  }
}
