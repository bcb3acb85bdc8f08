import { comparePlaces, type WrittenLine } from './log-lines.ts';
import { readLine } from './log-text.ts';

/** Lines that are kept; where more are read, the farthest ones are dropped. */
const MOST_LINES = 200_000;
/** So many are dropped at once, because moving the others takes time. */
const DROPPED = 20_000;

export interface LogLine {
  /** Its place in the log. */
  readonly id: string;
  /** When it was written, RFC 3339. */
  readonly at: string;
  readonly coloured: string;
  readonly text: string;
}

/** A part of a log without gaps. Listeners hear of its changes once a frame at most, however many lines arrive. */
export class LogBuffer {
  #lines: LogLine[] = [];
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #waits = false;
  /** The cursor of the lines before and of those after; undefined where there are none, so that it begins or ends with the log. */
  older: string | undefined;
  newer: string | undefined;
  /** How many more lines were put in front than dropped there. */
  shifted = 0;

  /** Another part of the log. */
  show(lines: readonly WrittenLine[], older: string | undefined, newer: string | undefined): void {
    this.#lines = lines.map(shown);
    this.older = older;
    this.newer = newer;
    this.#changed();
  }

  append(lines: readonly WrittenLine[], newer?: string): void {
    for (const line of lines) this.#lines.push(shown(line));
    this.newer = newer;
    if (this.#lines.length > MOST_LINES) {
      this.#lines.splice(0, DROPPED);
      this.shifted -= DROPPED;
      this.older = this.#lines[0]?.id;
    }
    this.#changed();
  }

  prepend(lines: readonly WrittenLine[], older: string | undefined): void {
    this.#lines = [...lines.map(shown), ...this.#lines];
    this.shifted += lines.length;
    this.older = older;
    if (this.#lines.length > MOST_LINES) {
      this.#lines.splice(-DROPPED);
      this.newer = this.#lines.at(-1)?.id;
    }
    this.#changed();
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Whether it is the whole log. */
  get isWhole(): boolean {
    return this.older === undefined && this.newer === undefined;
  }

  /** The index of the line with an id; undefined where it is not in this part. */
  indexOf(id: string): number | undefined {
    let [from, until] = [0, this.#lines.length];
    while (from < until) {
      const middle = (from + until) >>> 1;
      if (comparePlaces(this.#lines[middle]?.id ?? '', id) < 0) from = middle + 1;
      else until = middle;
    }
    return this.#lines[from]?.id === id ? from : undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes with each batch of lines. */
  readonly version = (): number => this.#version;

  #changed(): void {
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.#version += 1;
      this.#listeners.forEach((listener) => listener());
    });
  }
}

function shown({ id, at, text }: WrittenLine): LogLine {
  return { id, at, ...readLine(text) };
}
