import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Signals } from '#database';

/** A signal that got lost costs at most this. */
const LOOK_AGAIN_MS = 10_000;
/** Signals that come closer together than this are answered by one look. */
const PAUSE_MS = 50;

/**
 * The one reader of a topic in this process: it looks at every signal, and from time to time without one, and hands what it finds to its
 * listeners. So a signal costs one query, however many streams are open. It runs from start to stop, outside of any request and so outside of
 * any tenant's scope.
 */
export class SignalledReader {
  readonly #log = new Logger('streams');
  readonly #stop = new AbortController();
  #asked = Promise.withResolvers<undefined>();
  /** Of the looks that have not begun yet. */
  #nextLook = Promise.withResolvers<undefined>();
  #stopListening: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();

  /** @param read one look; answers whether there may be more to read */
  constructor(
    private readonly signals: Signals,
    private readonly topic: string,
    private readonly read: () => Promise<boolean>,
  ) {
    ignoreRejection(this.#nextLook.promise);
  }

  start(): void {
    this.#stopListening = this.signals.listen(this.topic, () => this.look());
    this.#reading = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#stop.abort();
    this.look();
    await this.#reading;
    this.#nextLook.resolve(undefined);
  }

  /** Asks for a look. */
  look(): void {
    this.#asked.resolve(undefined);
    this.#asked = Promise.withResolvers();
  }

  /** Waits for the end of a look that begins after this call. @throws what that look failed with */
  async upToDate(): Promise<void> {
    const next = this.#nextLook.promise;
    this.look();
    await next;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // Taken before the look: what is asked for while it looks is not missed.
      const asked = this.#asked.promise;
      const look = this.#nextLook;
      this.#nextLook = Promise.withResolvers();
      ignoreRejection(this.#nextLook.promise);
      try {
        if (await this.read()) this.look();
        look.resolve(undefined);
      } catch (error) {
        look.reject(error);
        // The listeners report an outage to their clients by their own reads; this read is tried again at the next signal.
        this.#log.warn(`${this.topic} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      }
      await sleep(PAUSE_MS, undefined, { ref: false });
      const waited = new AbortController();
      await Promise.race([asked, sleep(LOOK_AGAIN_MS, undefined, { ref: false, signal: waited.signal }).catch(() => undefined)]);
      waited.abort();
    }
  }
}

/** Often nobody waits for a look. */
function ignoreRejection(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
