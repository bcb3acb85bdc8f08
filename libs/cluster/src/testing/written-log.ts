import { linesBehind, type LogLine } from '../logs/log-lines.ts';
import type { LogRange, PodLog } from '../logs/pod-log.ts';

/**
 * A log in memory, read as the cluster lets it be read: from a whole second on, or so many of its last lines. Followers get the lines that
 * are written later.
 */
export class WrittenLog {
  readonly lines: string[] = [];
  /** How often it was opened, and how often to be followed. */
  opened = 0;
  followed = 0;
  #ended = false;
  #written = Promise.withResolvers<unknown>();

  /** @param at RFC 3339 with nine digits of a second */
  write(at: string, text: string): void {
    this.lines.push(`${at} ${text}`);
    this.#signal();
  }

  end(): void {
    this.#ended = true;
    this.#signal();
  }

  readonly log: PodLog = (range) => this.#read(range);

  async *#read({ follow, tailLines, after, signal }: LogRange): AsyncGenerator<LogLine> {
    this.opened += 1;
    if (follow === true) this.followed += 1;
    const second = (after?.at ?? '').slice(0, 19);
    const from = after === undefined && tailLines !== undefined ? Math.max(0, this.lines.length - tailLines) : 0;
    yield* linesBehind(after, this.#pieces(from, second, follow === true, signal));
  }

  async *#pieces(from: number, second: string, follow: boolean, signal: AbortSignal | undefined): AsyncGenerator<string> {
    for (let index = from; ;) {
      const line = this.lines[index];
      if (line === undefined) {
        if (!follow || this.#ended || signal?.aborted === true) return;
        const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
        await Promise.race([this.#written.promise, aborted]);
        continue;
      }
      index += 1;
      if (line.slice(0, 19) >= second) yield line;
    }
  }

  #signal(): void {
    this.#written.resolve(undefined);
    this.#written = Promise.withResolvers<unknown>();
  }
}
