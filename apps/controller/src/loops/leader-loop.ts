import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type LeaderTerm, type Leadership, LeadershipLost, type Signals } from '#database';
import { type Clock, DomainError } from '#kernel';

/**
 * One turn of a loop's work under `lead`; every transaction in it begins with `lead.fence(tx)`. It may say how many milliseconds of
 * the clock the next turn can wait.
 */
export type Turn = (term: LeaderTerm) => Promise<number | undefined>;

export interface LoopPlan {
  readonly name: string;
  /** Longest pause between two turns, in milliseconds of the clock. */
  readonly everyMilliseconds: number;
  /** Topics of `Signals` that begin a turn early. */
  readonly wakeOn: readonly string[];
  readonly turn: Turn;
  /** Real milliseconds after which a turn counts as hung, and the loop is left to another process. */
  readonly longestTurnMilliseconds?: number;
}

/** Far beyond what the largest park's turn takes, and short beside what a loop that stands still costs. */
const LONGEST_TURN_MILLISECONDS = 300_000;

/** A turn that did not come to its end: what it waits for may never come. */
class TurnHung extends Error {
  constructor(milliseconds: number) {
    super(`the turn has not ended after ${milliseconds / 1_000} s`);
    this.name = 'TurnHung';
  }
}

/** Looks of a standby that a process waits that was hung. */
const HANDOVER_LOOKS = 5;
const LONGEST_BACKOFF_MILLISECONDS = 10_000;
/** Real time between two turns, however often the loop is woken: as long as the turn took, so that what comes meanwhile is done together. */
const SHORTEST_COOLDOWN_MS = 20;
const LONGEST_COOLDOWN_MS = 500;

/** Says of each turn `{ loop, milliseconds }` to whoever listens in this process. */
const turns = channel('speedspace:turn');

/**
 * Runs a loop in whichever process leads it. A turn that fails because the database or the cluster is away is logged and tried
 * again with growing pauses; a lost lead ends the term, and the process stands for election again.
 */
export class LeaderLoop {
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  #woken = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly plan: LoopPlan,
    private readonly leadership: Leadership,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {
    this.#log = new Logger(plan.name);
  }

  start(): void {
    const quiet = this.plan.wakeOn.map((topic) => this.signals.listen(topic, () => this.wake()));
    this.#stop.signal.addEventListener('abort', () => quiet.forEach((stop) => stop()));
    this.#running = this.#runForever();
  }

  /** Begins the next turn now. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Lets the turn in progress end, and resigns. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
  }

  async #runForever(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const term = await this.leadership.tryAcquire(this.plan.name);
        failures = 0;
        if (term === undefined) await this.#pause(this.leadership.lookAgainMilliseconds);
        else await this.#term(term);
      } catch (error) {
        if (error instanceof TurnHung) {
          // Others look again sooner: whatever this process hangs on, it is the last to lead again.
          await this.#pause(HANDOVER_LOOKS * this.leadership.lookAgainMilliseconds);
          continue;
        }
        failures += 1;
        this.#log.warn(`no election: ${describe(error)}`);
        await this.#pause(backoff(failures));
      }
    }
  }

  async #term(term: LeaderTerm): Promise<void> {
    this.#log.log(`leads (term ${term.number})`);
    const over = AbortSignal.any([term.signal, this.#stop.signal]);
    over.addEventListener('abort', () => this.#wake(), { once: true });
    let failures = 0;
    try {
      while (!isAborted(over)) {
        this.#woken = false;
        try {
          const began = performance.now();
          const pause = await this.#watched(this.plan.turn(term));
          failures = 0;
          const milliseconds = performance.now() - began;
          turns.publish({ loop: this.plan.name, milliseconds });
          await this.#cooldown(milliseconds, over);
          await this.#pauseOfClock(pause ?? this.plan.everyMilliseconds, over);
        } catch (error) {
          if (error instanceof LeadershipLost || isAborted(over)) return;
          if (error instanceof TurnHung) {
            this.#log.error(`${error.message}: the loop is left to another process; what the turn still does is refused by its fence`);
            throw error;
          }
          failures += 1;
          const report = isExpected(error) ? describe(error) : stackOf(error);
          this.#log.warn(`turn failed (${failures} in a row), nothing of it was written: ${report}`);
          await this.#pause(backoff(failures));
        }
      }
    } finally {
      await term.release();
      this.#log.log(`leads no longer (term ${term.number})`);
    }
  }

  /** @throws TurnHung */
  async #watched(turn: Promise<number | undefined>): Promise<number | undefined> {
    const milliseconds = this.plan.longestTurnMilliseconds ?? LONGEST_TURN_MILLISECONDS;
    const deadline = new AbortController();
    const hung = sleep(milliseconds, undefined, { signal: deadline.signal }).then(() => {
      throw new TurnHung(milliseconds);
    });
    // Whichever comes too late has nobody to listen to it.
    for (const late of [turn, hung]) late.catch(() => undefined);
    try {
      return await Promise.race([turn, hung]);
    } finally {
      deadline.abort();
    }
  }

  async #cooldown(tookMilliseconds: number, over: AbortSignal): Promise<void> {
    const milliseconds = Math.min(LONGEST_COOLDOWN_MS, Math.max(SHORTEST_COOLDOWN_MS, tookMilliseconds));
    await sleep(milliseconds, undefined, { signal: over }).catch(() => undefined);
  }

  async #pauseOfClock(milliseconds: number, over: AbortSignal): Promise<void> {
    if (this.#woken || isAborted(over)) return;
    const early = new AbortController();
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    await Promise.race([woken, this.clock.wait(milliseconds, early.signal).catch(() => undefined)]);
    early.abort();
  }

  /** Waits in real time; no wake-up cuts it short, else a burst of them would be a burst of elections. */
  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}

/** A signal may fire while something is awaited, which the compiler does not see of its property. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function backoff(failures: number): number {
  return Math.min(LONGEST_BACKOFF_MILLISECONDS, 200 * 2 ** failures);
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
