import type { Clock } from '#kernel';

/** A thing that will happen; `cancel` forgets it. */
export interface ScheduledEvent {
  cancel(): void;
}

interface QueuedEvent extends ScheduledEvent {
  readonly time: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const LONGEST_WAIT_MS = 2 ** 30;
const SLICE_MS = 15;

/**
 * Everything the simulated world does later, in the order of simulated time, with one timer for the next due event:
 * ten thousand running pods cost nothing between their events. An event sees its own due time as `now()`, however late the
 * machine comes round to it, so that a compressed clock loses no second.
 */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  readonly #clock: Clock;
  #order = 0;
  #running: number | undefined;
  #latest = 0;
  #armedFor = Infinity;
  #armed: AbortController | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970 in simulated time; never goes back. */
  now(): number {
    this.#latest = Math.max(this.#latest, this.#running ?? this.#clock.now().getTime());
    return this.#latest;
  }

  at(time: number, run: () => void): ScheduledEvent {
    const event: QueuedEvent = {
      time: Math.max(time, this.#running ?? 0),
      order: this.#order++,
      run,
      cancel: () => {
        event.run = undefined;
      },
    };
    this.#push(event);
    this.#arm();
    return event;
  }

  after(milliseconds: number, run: () => void): ScheduledEvent {
    return this.at(this.now() + milliseconds, run);
  }

  /** As soon as the present step is done, still at this instant. */
  soon(run: () => void): ScheduledEvent {
    return this.at(this.now(), run);
  }

  /** Runs everything that is due by now, and whatever that makes due. */
  catchUp(): void {
    if (this.#running === undefined) this.#drain(Infinity);
  }

  /** When the next event is due, in milliseconds since 1970; undefined where none is left. */
  nextAt(): number | undefined {
    while (this.#heap[0]?.run === undefined && this.#heap.length > 0) this.#pop();
    return this.#heap[0]?.time;
  }

  stop(): void {
    this.#stopped = true;
    this.#heap.length = 0;
    this.#disarm();
  }

  #drain(sliceMs: number): void {
    const sliceEnd = performance.now() + sliceMs;
    const limit = this.#clock.now().getTime();
    for (let next = this.#heap[0]; next !== undefined && next.time <= limit; next = this.#heap[0]) {
      this.#pop();
      if (next.run === undefined) continue;
      this.#running = next.time;
      try {
        next.run();
      } finally {
        this.#running = undefined;
      }
      if (performance.now() > sliceEnd) break;
    }
    this.#arm();
  }

  #arm(): void {
    const next = this.#heap[0];
    if (this.#stopped || this.#running !== undefined || next === undefined || next.time >= this.#armedFor) return;
    this.#disarm();
    this.#armedFor = next.time;
    const delay = next.time - this.#clock.now().getTime();
    if (delay <= 0) {
      this.#immediate = setImmediate(() => {
        this.#wake();
      });
      return;
    }
    const armed = new AbortController();
    this.#armed = armed;
    this.#clock.wait(Math.min(delay, LONGEST_WAIT_MS), armed.signal).then(
      () => {
        if (!armed.signal.aborted) this.#wake();
      },
      () => undefined, // re-armed for something earlier, or stopped
    );
  }

  #wake(): void {
    this.#armed = undefined;
    this.#immediate = undefined;
    this.#armedFor = Infinity;
    if (!this.#stopped) this.#drain(SLICE_MS);
  }

  #disarm(): void {
    this.#armed?.abort();
    this.#armed = undefined;
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#armedFor = Infinity;
  }

  #push(event: QueuedEvent): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (a === undefined) break;
      const [child, smaller] = b !== undefined && isBefore(b, a) ? [left + 1, b] : [left, a];
      if (!isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
