import { isBehind, type LogLine, type LogPlace } from './log-lines.ts';
import type { PodLog } from './pod-log.ts';

/** A reader that has not taken so many lines, or so many characters, reads them again by itself. */
const MOST_QUEUED_LINES = 1_000;
const MOST_QUEUED_CHARACTERS = 1024 * 1024;

/** A reader that waits for lines. */
interface Reader {
  queue: LogLine[];
  characters: number;
  /** It was too slow: lines were dropped. */
  isBehind: boolean;
  wake: () => void;
}

/** One connection that follows a log, and those who read it. */
class Follower {
  /** The last line that was handed on; at first the one after which it began. */
  last: LogPlace | undefined;
  #end: { readonly error?: Error } | undefined;
  readonly #readers = new Set<Reader>();
  readonly #stop = new AbortController();

  constructor(log: PodLog, after: LogPlace | undefined, onEnd: () => void) {
    this.last = after;
    void this.#run(log, after).finally(onEnd);
  }

  join(): Reader {
    const reader: Reader = { queue: [], characters: 0, isBehind: false, wake: () => undefined };
    this.#readers.add(reader);
    return reader;
  }

  /** @returns whether nobody reads it any more, so that it stops */
  leave(reader: Reader): boolean {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return false;
    this.#stop.abort();
    return true;
  }

  /**
   * The lines that `reader` has not taken, as soon as there are some; undefined when it is behind or the log has ended.
   * @throws what ended the connection
   */
  async next(reader: Reader, signal: AbortSignal): Promise<LogLine[] | undefined> {
    for (;;) {
      if (reader.isBehind || signal.aborted) return undefined;
      if (reader.queue.length > 0) {
        const { queue } = reader;
        reader.queue = [];
        reader.characters = 0;
        return queue;
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return undefined;
      await new Promise<void>((resolve) => (reader.wake = resolve));
    }
  }

  async #run(log: PodLog, after: LogPlace | undefined): Promise<void> {
    try {
      for await (const line of log({ follow: true, after, signal: this.#stop.signal })) {
        this.last = { at: line.at, nth: line.nth };
        for (const reader of this.#readers) hand(reader, line);
      }
      this.#end = {};
    } catch (error) {
      this.#end = { error: error instanceof Error ? error : new Error(String(error)) };
    }
    for (const { wake } of this.#readers) wake();
  }
}

function hand(reader: Reader, line: LogLine): void {
  if (reader.isBehind) return;
  reader.queue.push(line);
  reader.characters += line.text.length;
  if (reader.queue.length > MOST_QUEUED_LINES || reader.characters > MOST_QUEUED_CHARACTERS) {
    reader.isBehind = true;
    reader.queue = [];
  }
  reader.wake();
}

/**
 * Logs that are followed: one connection to the cluster for each pod, for any number of readers. A reader that joins, or was too slow for
 * the connection, first reads by itself up to the line that the connection has reached.
 */
export class FollowedLogs {
  readonly #followers = new Map<string, Follower>();

  /** The lines of the log of pod `uid` from a place on, then each as it is written, until the pod ends or `signal` fires. */
  async *follow(uid: string, log: PodLog, after: LogPlace | undefined, signal: AbortSignal): AsyncGenerator<LogLine> {
    let known = after;
    while (!signal.aborted) {
      // The backlog is read at this reader's own pace, so that a connection that it opens for all begins at the end of the log.
      for await (const line of log({ after: known, signal })) {
        known = placeOf(line);
        yield line;
      }
      const follower = this.#followerOf(uid, log, known);
      const reader = follower.join();
      const leave = (): void => {
        if (follower.leave(reader) && this.#followers.get(uid) === follower) this.#followers.delete(uid);
      };
      // Whoever aborts may never ask for another line.
      const abort = (): void => {
        leave();
        reader.wake();
      };
      signal.addEventListener('abort', abort);
      try {
        const joined = follower.last;
        let isAhead = joined !== undefined && known !== undefined && isBehind(known, joined);
        if (joined !== undefined && !isAhead && !isSame(joined, known)) {
          isAhead = true;
          for await (const line of log({ after: known, signal })) {
            known = placeOf(line);
            yield line;
            if (!isSame(joined, known)) continue;
            isAhead = false;
            break;
          }
        }
        for (let lines = await follower.next(reader, signal); lines !== undefined; lines = await follower.next(reader, signal)) {
          for (const line of lines) {
            // Once one line is new, all that follow are, even if the node's clock was set back.
            if (isAhead && known !== undefined && !isBehind(line, known)) continue;
            isAhead = false;
            known = placeOf(line);
            yield line;
          }
        }
        if (!reader.isBehind) return;
      } finally {
        signal.removeEventListener('abort', abort);
        leave();
      }
    }
  }

  #followerOf(uid: string, log: PodLog, after: LogPlace | undefined): Follower {
    const existing = this.#followers.get(uid);
    if (existing !== undefined) return existing;
    const follower: Follower = new Follower(log, after, () => {
      if (this.#followers.get(uid) === follower) this.#followers.delete(uid);
    });
    this.#followers.set(uid, follower);
    return follower;
  }
}

function placeOf({ at, nth }: LogLine): LogPlace {
  return { at, nth };
}

function isSame(one: LogPlace, other: LogPlace | undefined): boolean {
  return one.at === other?.at && one.nth === other.nth;
}
