import { readLine } from './log-text.ts';

/** Lines that are kept; of a longer log the first ones are dropped. */
const MOST_LINES = 500_000;
/** So many are dropped at once, because moving the others takes time. */
const DROPPED = 50_000;

export interface LogLine {
  /** When it was written, RFC 3339. */
  readonly at: string;
  readonly coloured: string;
  readonly text: string;
}

/** The lines of a log as they arrive. Listeners hear of them once a frame at most, however many arrive. */
export class LogBuffer {
  readonly #lines: LogLine[] = [];
  readonly #listeners = new Set<() => void>();
  #dropped = 0;
  #version = 0;
  #waits = false;

  /** Takes the line of an event: its id begins with the instant. */
  append({ id, data }: { readonly id: string; readonly data: string }): void {
    this.#lines.push({ at: id.split('/')[0] ?? '', ...readLine(data) });
    if (this.#lines.length > MOST_LINES) {
      this.#lines.splice(0, DROPPED);
      this.#dropped += DROPPED;
    }
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.#version += 1;
      this.#listeners.forEach((listener) => listener());
    });
  }

  /** The kept lines. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** How many of the first lines are no longer kept. */
  get dropped(): number {
    return this.#dropped;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes with each batch of lines. */
  readonly version = (): number => this.#version;
}
