import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type LeaderTerm, type Leadership, LeadershipLost, type Signals } from '#database';
import { type Clock, DomainError } from '#kernel';
import type { Schedule } from './schedule.ts';
import { dueAfter } from './due-after.ts';

/** Far more than a turn of the largest park takes, and little beside the harm of a schedule that does not run. */
const TURN_TIMEOUT_MS = 300_000;
/** After a hung turn a process waits for so many attempts of a standby: whatever it hangs on, it is the last to lead again. */
const HANDOVER_ATTEMPTS = 5;
const LONGEST_BACKOFF_MS = 10_000;
/** Real time between two turns, however often the loop is woken: as long as the turn took, so that what comes meanwhile is done together. */
const SHORTEST_COOLDOWN_MS = 20;
const LONGEST_COOLDOWN_MS = 500;
/** Timers of Node.js take less than 25 days. */
const LONGEST_WAIT_MS = 86_400_000;

/** Publishes `{ loop, milliseconds }` after each turn to subscribers in this process. */
const turns = channel('speedspace:turn');

/** A turn that did not end in time. What it waits for may never come. */
class TurnHung extends Error {
  constructor(milliseconds: number) {
    super(`the turn has not ended after ${milliseconds / 1_000} s`);
    this.name = 'TurnHung';
  }
}

/** What a loop of this process last did. Instants are of the product's clock. */
export interface LoopStatus {
  /** Undefined while this process does not lead. */
  readonly term?: { readonly number: bigint; readonly since: Date } | undefined;
  /** The last turn that ended, with success or not. */
  readonly lastTurn?: { readonly at: Date; readonly milliseconds: number };
  readonly lastSuccessAt?: Date;
  /** Failed turns since the last one that succeeded. */
  readonly failures: number;
  readonly lastFailure?: { readonly at: Date; readonly message: string };
  /** At the latest: an event may begin the turn earlier. */
  readonly nextTurnAt?: Date;
}

/**
 * Runs a schedule in the process that holds its lease. Each term begins with a turn, so that what fell due while no process led is
 * done at once. A turn that fails is logged and repeated with growing pauses. When the lease is lost, the process tries to acquire it
 * again.
 */
export class LeaderLoop {
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  #woken = false;
  #running: Promise<void> | undefined;
  #status: LoopStatus = { failures: 0 };

  constructor(
    readonly schedule: Schedule,
    private readonly leadership: Leadership,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly onStatus: (loop: LeaderLoop) => void = () => undefined,
  ) {
    this.#log = new Logger(schedule.name);
  }

  get isRunning(): boolean {
    return this.#running !== undefined && !this.#stop.signal.aborted;
  }

  get status(): LoopStatus {
    return this.#status;
  }

  start(): void {
    if (this.#running !== undefined) return;
    const { trigger } = this.schedule;
    const topics = trigger.kind === 'event' ? trigger.topics : [];
    const unsubscribes = topics.map((topic) => this.signals.listen(topic, () => this.wake()));
    this.#stop.signal.addEventListener('abort', () => unsubscribes.forEach((unsubscribe) => unsubscribe()));
    this.#running = this.#runForever();
  }

  /** Begins the next turn now. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Waits for the end of the turn in progress, and releases the lease. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
  }

  async #runForever(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const term = await this.leadership.tryAcquire(this.schedule.name);
        failures = 0;
        if (term === undefined) await this.#pause(this.leadership.lookAgainMilliseconds);
        else await this.#lead(term);
      } catch (error) {
        if (error instanceof TurnHung) {
          await this.#pause(HANDOVER_ATTEMPTS * this.leadership.lookAgainMilliseconds);
          continue;
        }
        failures += 1;
        this.#log.warn(`the lease cannot be acquired: ${describe(error)}`);
        await this.#pause(backoff(failures));
      }
    }
  }

  async #lead(term: LeaderTerm): Promise<void> {
    this.#log.log(`leads (term ${term.number})`);
    this.#report({ term: { number: term.number, since: this.clock.now() }, failures: 0 });
    const over = AbortSignal.any([term.signal, this.#stop.signal]);
    over.addEventListener('abort', () => this.#wake(), { once: true });
    try {
      while (!isAborted(over)) {
        this.#woken = false;
        try {
          await this.#turn(term, over);
        } catch (error) {
          if (error instanceof LeadershipLost || isAborted(over)) return;
          if (error instanceof TurnHung) {
            this.#log.error(`${error.message}: another process takes over; what the turn still writes is refused by its fence`);
            throw error;
          }
          const report = isExpected(error) ? describe(error) : stackOf(error);
          this.#log.warn(`turn failed (${this.#status.failures} in a row), nothing of it was written: ${report}`);
          await this.#pause(backoff(this.#status.failures));
        }
      }
    } finally {
      await term.release();
      this.#status = { ...this.#status, term: undefined };
      this.#log.log(`leads no longer (term ${term.number})`);
    }
  }

  /** One turn, and the pause until the next. @throws TurnHung */
  async #turn(term: LeaderTerm, over: AbortSignal): Promise<void> {
    const [startedAt, began] = [this.clock.now(), performance.now()];
    const took = (): number => performance.now() - began;
    let pause: number | undefined;
    try {
      pause = await this.#withTimeout(this.schedule.turn(term));
    } catch (error) {
      if (!(error instanceof LeadershipLost)) this.#reportFailure(startedAt, took(), error);
      throw error;
    }
    const milliseconds = took();
    turns.publish({ loop: this.schedule.name, milliseconds });
    const due = dueAfter(this.schedule.trigger, startedAt, this.clock.now(), pause);
    this.#report({ lastTurn: { at: startedAt, milliseconds }, lastSuccessAt: startedAt, failures: 0, nextTurnAt: due });
    await this.#cooldown(milliseconds, over);
    await this.#waitUntil(due, over);
  }

  #reportFailure(at: Date, milliseconds: number, error: unknown): void {
    const failures = this.#status.failures + 1;
    this.#report({ lastTurn: { at, milliseconds }, failures, lastFailure: { at, message: describe(error) } });
  }

  #report(changed: Partial<LoopStatus>): void {
    this.#status = { ...this.#status, ...changed };
    this.onStatus(this);
  }

  /** @throws TurnHung */
  async #withTimeout(turn: Promise<number | undefined>): Promise<number | undefined> {
    const milliseconds = this.schedule.turnTimeoutMs ?? TURN_TIMEOUT_MS;
    const deadline = new AbortController();
    const hung = sleep(milliseconds, undefined, { signal: deadline.signal }).then(() => {
      throw new TurnHung(milliseconds);
    });
    // Nobody awaits the one that settles last.
    for (const promise of [turn, hung]) promise.catch(() => undefined);
    try {
      return await Promise.race([turn, hung]);
    } finally {
      deadline.abort();
    }
  }

  async #cooldown(turnMilliseconds: number, over: AbortSignal): Promise<void> {
    const milliseconds = Math.min(LONGEST_COOLDOWN_MS, Math.max(SHORTEST_COOLDOWN_MS, turnMilliseconds));
    await sleep(milliseconds, undefined, { signal: over }).catch(() => undefined);
  }

  /** Waits on the product's clock; `wake` ends it early. */
  async #waitUntil(due: Date, over: AbortSignal): Promise<void> {
    while (!this.#woken && !isAborted(over)) {
      const left = due.getTime() - this.clock.now().getTime();
      if (left <= 0) return;
      const early = new AbortController();
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await Promise.race([woken, this.clock.wait(Math.min(left, LONGEST_WAIT_MS), early.signal).catch(() => undefined)]);
      early.abort();
    }
  }

  /** Waits in real time. No wake-up ends it early, else a burst of them would be a burst of attempts to acquire the lease. */
  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

/** A signal may abort during an `await`, which the compiler does not know of a property. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function backoff(failures: number): number {
  return Math.min(LONGEST_BACKOFF_MS, 200 * 2 ** failures);
}

function isExpected(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
